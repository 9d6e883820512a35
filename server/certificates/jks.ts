import { createHash, timingSafeEqual } from 'node:crypto';
import { BadStore, type StoreContents, type StoredKey, type StorePasswords } from './store.ts';

/*
 * Java's old format of key stores: big-endian fields, entries of two kinds, and a SHA-1 over the password and all
 * bytes before it. Private keys are encrypted with a stream of SHA-1 digests (Sun's own "key protector").
 */
const jksMagic = 0xfeedfeed;
const jceksMagic = 0xcececece;
const keyEntry = 1;
const trustedEntry = 2;
const digestBytes = 20;
/** The algorithm of Sun's key protector, 1.3.6.1.4.1.42.2.17.1.1, as it stands in DER. */
const keyProtector = Buffer.from('2b060104012a02110101', 'hex');
const maxEntries = 100_000;

export function looksLikeJks(bytes: Buffer): boolean {
  return bytes.length >= 4 && [jksMagic, jceksMagic].includes(bytes.readUInt32BE(0));
}

/** Private keys are decrypted only with `wantKeys`, since trust stores need no key's password. */
export function parseJks(bytes: Buffer, passwords: StorePasswords, wantKeys: boolean): StoreContents {
  if (bytes.readUInt32BE(0) === jceksMagic) {
    throw new BadStore('stores of type JCEKS cannot be read; convert it with keytool -importkeystore');
  }
  const reader = new JksReader(bytes);
  reader.uint32();
  const version = reader.uint32();
  if (version !== 1 && version !== 2) throw new BadStore(`version ${version} of JKS is not known`);
  const count = reader.uint32();
  if (count > maxEntries) throw new BadStore('it is damaged');
  const trusted: Buffer[] = [];
  const protectedKeys: StoredKey[] = [];
  for (let i = 0; i < count; i++) {
    const tag = reader.uint32();
    reader.text();
    reader.take(8);
    if (tag === trustedEntry) trusted.push(reader.certificate(version));
    else if (tag === keyEntry) {
      const key = reader.bytes();
      const length = reader.uint32();
      if (length > maxEntries) throw new BadStore('it is damaged');
      protectedKeys.push({ key, chain: Array.from({ length }, () => reader.certificate(version)) });
    } else throw new BadStore('it is damaged');
  }
  if (passwords.store !== null) checkIntegrity(bytes, reader.position, passwords.store);
  if (!wantKeys) {
    // As with Java, a key's own certificate is trusted as well.
    const own = protectedKeys.flatMap(({ chain }) => chain.slice(0, 1));
    return { trusted: [...trusted, ...own], privateKeys: [] };
  }
  const password = passwords.key ?? passwords.store;
  if (password === null && protectedKeys.length > 0) throw new BadStore('its password is missing');
  const privateKeys = protectedKeys.map(({ key, chain }) => ({ key: unprotect(key, password ?? ''), chain }));
  return { trusted, privateKeys };
}

function checkIntegrity(bytes: Buffer, end: number, password: string): void {
  const expected = createHash('sha1')
    .update(passwordBytes(password))
    .update('Mighty Aphrodite')
    .update(bytes.subarray(0, end))
    .digest();
  const stored = bytes.subarray(end, end + digestBytes);
  if (stored.length !== digestBytes || !timingSafeEqual(expected, stored)) {
    throw new BadStore('its password is wrong, or it was changed without it');
  }
}

/** Salt, encrypted key, check. The stream is SHA-1(password, salt), SHA-1(password, digest before) and so on. */
function unprotect(info: Buffer, password: string): Buffer {
  const sealed = sealedBytes(info);
  const secret = passwordBytes(password);
  const plain = Buffer.from(sealed.subarray(digestBytes, -digestBytes));
  let digest = sealed.subarray(0, digestBytes);
  for (let at = 0; at < plain.length; at += digestBytes) {
    digest = createHash('sha1').update(secret).update(digest).digest();
    for (let i = 0; i < digestBytes && at + i < plain.length; i++) {
      plain[at + i] = (plain[at + i] ?? 0) ^ (digest[i] ?? 0);
    }
  }
  const check = createHash('sha1').update(secret).update(plain).digest();
  if (!timingSafeEqual(check, sealed.subarray(-digestBytes))) {
    throw new BadStore('the private key cannot be decrypted; is ssl.key.password right?');
  }
  return plain;
}

/** EncryptedPrivateKeyInfo: the octet string behind the algorithm. */
function sealedBytes(info: Buffer): Buffer {
  const algorithm = info.indexOf(keyProtector);
  if (algorithm < 0 || algorithm > 32) throw new BadStore('the protection of its private key is not known');
  let at = algorithm + keyProtector.length;
  // The algorithm's parameters are NULL, which some writers leave out.
  if (info[at] === 0x05) at += 2;
  const length = info[at + 1] ?? 0;
  const lengthBytes = length < 0x80 ? 0 : length & 0x7f;
  const sealed = info.subarray(at + 2 + lengthBytes);
  if (info[at] !== 0x04 || sealed.length < 2 * digestBytes) throw new BadStore('its private key is damaged');
  return sealed;
}

/** Two bytes for each UTF-16 unit. */
function passwordBytes(password: string): Buffer {
  return Buffer.from(password, 'utf16le').swap16();
}

class JksReader {
  readonly #bytes: Buffer;
  position = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  take(length: number): Buffer {
    const end = this.position + length;
    if (end > this.#bytes.length) throw new BadStore('it is cut off');
    const part = this.#bytes.subarray(this.position, end);
    this.position = end;
    return part;
  }

  uint32(): number {
    return this.take(4).readUInt32BE(0);
  }

  text(): string {
    return this.take(this.take(2).readUInt16BE(0)).toString('utf8');
  }

  bytes(): Buffer {
    return this.take(this.uint32());
  }

  certificate(version: number): Buffer {
    const type = version === 2 ? this.text() : 'X.509';
    const certificate = this.bytes();
    if (type !== 'X.509') throw new BadStore(`certificates of type ${type} cannot be read`);
    return certificate;
  }
}
