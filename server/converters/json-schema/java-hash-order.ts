const defaultCapacity = 16;

/**
 * Names in the order in which a Java `HashMap` lists them. The Java converter registers properties in this order, and
 * a registry takes texts of another order for other schemas. `capacity` is what the map was made for.
 */
export function inJavaHashOrder(names: readonly string[], capacity = defaultCapacity): string[] {
  let buckets = 1;
  while (buckets < capacity || names.length > Math.floor(buckets * 0.75)) buckets *= 2;
  return names
    .map((name) => ({ name, bucket: spreadHashOf(name) & (buckets - 1) }))
    .sort((left, right) => left.bucket - right.bucket)
    .map(({ name }) => name);
}

function spreadHashOf(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash ^ (hash >>> 16);
}
