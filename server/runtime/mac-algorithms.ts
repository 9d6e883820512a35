/** Java's names of MAC algorithms, in lower case as Java looks them up, and the hashes of Node behind them. */
const hashes: ReadonlyMap<string, string> = new Map([
  ['hmacmd5', 'md5'],
  ['hmacsha1', 'sha1'],
  ['hmacsha224', 'sha224'],
  ['hmacsha256', 'sha256'],
  ['hmacsha384', 'sha384'],
  ['hmacsha512', 'sha512'],
  ['hmacsha512/224', 'sha512-224'],
  ['hmacsha512/256', 'sha512-256'],
  ['hmacsha3-224', 'sha3-224'],
  ['hmacsha3-256', 'sha3-256'],
  ['hmacsha3-384', 'sha3-384'],
  ['hmacsha3-512', 'sha3-512'],
]);

/** null: there is no such algorithm. */
export function hashOfMac(algorithm: string): string | null {
  return hashes.get(algorithm.toLowerCase()) ?? null;
}
