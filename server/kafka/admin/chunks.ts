/** What one request asks for at most, so that answers about thousands of topics or groups stay small frames. */
export const maxNamesPerRequest = 250;

export function chunksOf<Item>(
  items: readonly Item[],
  size = maxNamesPerRequest,
): readonly (readonly Item[])[] {
  const chunks: (readonly Item[])[] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}
