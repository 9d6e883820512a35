import { ConnectError } from '../../errors/connect-error.ts';

/**
 * Version ranges in Maven's notation (KIP-891): `1.2.3` is exactly that, `[1.0,2.0)`, `(,3.0]`, `[1.1]`, several
 * ranges parted by commas, `latest` anything. Throws a `config` error for text that is none.
 */
export function isInVersionRange(text: string, version: string): boolean {
  const range = text.trim();
  if (range === 'latest') return true;
  if (!/^[[(]/.test(range)) {
    if (range === '' || /[[\](),]/.test(range)) throw malformed(text);
    return compareVersions(range, version) === 0;
  }
  const parts = range.match(/[[(][^[\]()]*[\])]/g) ?? [];
  if (parts.join(',') !== range.replace(/\s/g, '')) throw malformed(text);
  return parts.some((part) => isInPart(part, version, text));
}

function isInPart(part: string, version: string, text: string): boolean {
  const isFromIncluded = part.startsWith('[');
  const isToIncluded = part.endsWith(']');
  const ends = part.slice(1, -1).split(',');
  if (ends.length > 2) throw malformed(text);
  const [from = '', to = ends.length === 1 ? from : ''] = ends;
  if (ends.length === 1 && (from === '' || !isFromIncluded || !isToIncluded)) throw malformed(text);
  if (from !== '') {
    const order = compareVersions(version, from);
    if (order < 0 || (order === 0 && !isFromIncluded)) return false;
  }
  if (to === '') return true;
  const order = compareVersions(version, to);
  return order < 0 || (order === 0 && isToIncluded);
}

/** Numbers by value, absent parts as zero; words come before the release they qualify. */
export function compareVersions(one: string, other: string): number {
  const left = one.split(/[.-]/);
  const right = other.split(/[.-]/);
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const order = compareParts(left[index] ?? '0', right[index] ?? '0');
    if (order !== 0) return order;
  }
  return 0;
}

function compareParts(one: string, other: string): number {
  const isNumber = /^\d+$/.test(one);
  const isOtherNumber = /^\d+$/.test(other);
  if (isNumber && isOtherNumber) return Math.sign(Number(one) - Number(other));
  if (isNumber !== isOtherNumber) return isNumber ? 1 : -1;
  return one.toLowerCase() < other.toLowerCase() ? -1 : one.toLowerCase() > other.toLowerCase() ? 1 : 0;
}

function malformed(text: string): ConnectError {
  return new ConnectError('config', `Invalid version specification: ${text}`);
}
