/**
 * A 64-bit whole number as a 32-bit float, rounded once. Going through a double would round twice, and land beside
 * the nearest float now and then.
 */
export function floatOfLong(value: bigint): number {
  const double = Number(value);
  if (Number.isSafeInteger(double)) return Math.fround(double);
  // The bits that a double has no room for leave one behind, which is all that the rounding needs to know of them.
  const kept = value >> 11n;
  const sticky = (value & 0x7ffn) === 0n ? 0n : 1n;
  return Math.fround(Number(kept | sticky) * 0x800);
}
