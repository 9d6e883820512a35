/** Keys that nobody defines one by one: what comes after the prefix is for somebody else to judge. */
const openPrefixes = [
  'producer.override.',
  'consumer.override.',
  'admin.override.',
  'key.converter.',
  'value.converter.',
  'header.converter.',
  'topic.creation.',
  'transforms.',
  'predicates.',
];

export interface UnknownKey {
  readonly key: string;
  /** A known key that is nearly the same. */
  readonly suggestion: string | null;
}

/** Keys of the document that no definition knows, with what was probably meant. They are kept, never dropped. */
export function findUnknownKeys(keys: readonly string[], known: ReadonlySet<string>): UnknownKey[] {
  return keys
    .filter((key) => !known.has(key) && !openPrefixes.some((prefix) => key.startsWith(prefix)))
    .map((key) => ({ key, suggestion: nearest(key, known) }));
}

function nearest(key: string, known: ReadonlySet<string>): string | null {
  const limit = Math.max(1, Math.min(3, Math.floor(key.length / 3)));
  let best: string | null = null;
  let bestDistance = limit + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - key.length) >= bestDistance) continue;
    const distance = distanceOf(normalize(key), normalize(candidate));
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** `batch_size` and `batchSize` are meant as `batch.size`. */
function normalize(key: string): string {
  return key
    .replace(/[_-]/g, '.')
    .replace(/([a-z])([A-Z])/g, '$1.$2')
    .toLowerCase();
}

/** Levenshtein's, with swapped neighbours as one step. */
function distanceOf(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((row[j - 1] ?? 0) + 1, (last[j] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(least);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
