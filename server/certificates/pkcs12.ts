import { createHmac, timingSafeEqual, X509Certificate } from 'node:crypto';
import { createRequire } from 'node:module';
import type { asn1 as Asn1Namespace } from 'node-forge';
import { BadStore, type StoreContents, type StoredKey, type StorePasswords } from './store.ts';

type Forge = typeof import('node-forge');
type Asn1 = Asn1Namespace.Asn1;

interface Bag {
  readonly oid: string;
  readonly value: Asn1;
  readonly keyId: string | null;
  /** Java marks certificates so that are entries of their own, not parts of a key's chain. */
  readonly isMarkedTrusted: boolean;
}

const oids = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  localKeyId: '1.2.840.113549.1.9.21',
  trustedKeyUsage: '2.16.840.1.113894.746875.1.1',
  keyBag: '1.2.840.113549.1.12.10.1.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certificateBag: '1.2.840.113549.1.12.10.1.3',
} as const;

const macDigests = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
} as const;

/** What Java takes at most, so that a hostile file cannot keep a processor busy for long. */
const maxIterations = 5_000_000;
const damaged = 'it is damaged, or no PKCS#12 store';

/** A sequence in DER or BER: what a PKCS#12 store starts with. */
export function looksLikePkcs12(bytes: Buffer): boolean {
  return bytes[0] === 0x30 && bytes.length > 16;
}

/**
 * Reads what keytool and OpenSSL write, old and new. The chain of a key is found by the names of issuers. As with
 * Java, a key's own certificate is trusted as well, and the rest of its chain is not.
 */
export function parsePkcs12(bytes: Buffer, passwords: StorePasswords, wantKeys: boolean): StoreContents {
  // Large and rarely needed, so loaded only when there is such a store.
  const forge = createRequire(import.meta.url)('node-forge') as Forge;
  const reader = new Pkcs12Reader(forge, passwords);
  const bags = reader.bagsOf(bytes);
  const certificates = bags
    .filter((bag) => bag.oid === oids.certificateBag)
    .map((bag) => ({ ...bag, der: reader.certificateOf(bag) }));
  const keyBags = bags.filter((bag) => bag.oid === oids.keyBag || bag.oid === oids.shroudedKeyBag);
  const keyIds = new Set(keyBags.map((bag) => bag.keyId ?? ''));
  const trusted = certificates
    .filter((bag) => keyBags.length === 0 || bag.isMarkedTrusted || keyIds.has(bag.keyId ?? ' '))
    .map(({ der }) => der);
  const privateKeys: StoredKey[] = [];
  for (const bag of wantKeys ? keyBags : []) {
    const own = certificates.find(({ keyId }) => keyId !== null && keyId === bag.keyId);
    if (own === undefined) throw new BadStore('its private key has no certificate');
    const others = certificates.filter((other) => other !== own).map(({ der }) => der);
    privateKeys.push({ key: reader.keyOf(bag), chain: chainOf(own.der, others) });
  }
  return { trusted, privateKeys };
}

function chainOf(own: Buffer, others: readonly Buffer[]): Buffer[] {
  const candidates = others.map((der) => ({ der, parsed: new X509Certificate(der) }));
  const chain = [own];
  let last = new X509Certificate(own);
  while (last.issuer !== last.subject) {
    const issuer = candidates.find(({ der, parsed }) => !chain.includes(der) && last.checkIssued(parsed));
    if (issuer === undefined) break;
    chain.push(issuer.der);
    last = issuer.parsed;
  }
  return chain;
}

class Pkcs12Reader {
  readonly #forge: Forge;
  readonly #passwords: StorePasswords;

  constructor(forge: Forge, passwords: StorePasswords) {
    this.#forge = forge;
    this.#passwords = passwords;
  }

  bagsOf(bytes: Buffer): Bag[] {
    const [version, authSafe, mac] = partsOf(this.#decode(bytes));
    if (version === undefined || authSafe === undefined) throw new BadStore(damaged);
    const content = this.#dataOf(authSafe);
    if (this.#passwords.store !== null && mac !== undefined)
      this.#checkMac(content, mac, this.#passwords.store);
    return partsOf(this.#decode(content)).flatMap((info) => this.#bagsOfContent(info));
  }

  /** Certificate bag: the kind, then the certificate in an octet string. */
  certificateOf(bag: Bag): Buffer {
    const [, wrapped] = partsOf(bag.value);
    return octetsOf(partsOf(wrapped)[0]);
  }

  keyOf(bag: Bag): Buffer {
    if (bag.oid === oids.keyBag) return this.#encode(bag.value);
    const password = this.#passwords.key ?? this.#passwords.store;
    if (password === null) throw new BadStore('its password is missing');
    const reason = 'the private key cannot be decrypted; is ssl.key.password right?';
    return this.#encode(this.#decrypt(bag.value, password, reason));
  }

  #bagsOfContent(info: Asn1): Bag[] {
    const type = this.#oidOf(partsOf(info)[0]);
    if (type === oids.data) return this.#bagsOfSafe(this.#decode(this.#dataOf(info)));
    if (type !== oids.encryptedData) throw new BadStore(`content of type ${type} in it cannot be read`);
    const { store } = this.#passwords;
    if (store === null) throw new BadStore('its certificates are encrypted, and its password is missing');
    const [, encrypted] = partsOf(partsOf(partsOf(info)[1])[0]);
    const [, algorithm, sealed] = partsOf(encrypted);
    if (algorithm === undefined || sealed === undefined) throw new BadStore(damaged);
    // In the form of an encrypted private key, because that is what can be decrypted.
    const { Class, Type, create } = this.#forge.asn1;
    const octets = create(Class.UNIVERSAL, Type.OCTETSTRING, false, octetsOf(sealed).toString('latin1'));
    const like = create(Class.UNIVERSAL, Type.SEQUENCE, true, [algorithm, octets]);
    return this.#bagsOfSafe(this.#decrypt(like, store, 'its password is wrong'));
  }

  #bagsOfSafe(safe: Asn1): Bag[] {
    return partsOf(safe).flatMap((bag) => {
      const [oid, wrapped, attributes] = partsOf(bag);
      const [value] = partsOf(wrapped);
      if (value === undefined) throw new BadStore(damaged);
      return [{ oid: this.#oidOf(oid), value, ...this.#attributesOf(attributes) }];
    });
  }

  #attributesOf(attributes: Asn1 | undefined): Pick<Bag, 'keyId' | 'isMarkedTrusted'> {
    let keyId: string | null = null;
    let isMarkedTrusted = false;
    for (const attribute of attributes === undefined ? [] : partsOf(attributes)) {
      const [oidNode, values] = partsOf(attribute);
      const oid = this.#oidOf(oidNode);
      if (oid === oids.localKeyId) keyId = octetsOf(partsOf(values)[0]).toString('hex');
      if (oid === oids.trustedKeyUsage) isMarkedTrusted = true;
    }
    return { keyId, isMarkedTrusted };
  }

  /** ContentInfo of plain data: the type, then the bytes in an octet string, which may come in pieces. */
  #dataOf(info: Asn1): Buffer {
    const [type, wrapped] = partsOf(info);
    if (this.#oidOf(type) !== oids.data)
      throw new BadStore('it is signed with a certificate, not a password');
    return octetsOf(partsOf(wrapped)[0]);
  }

  #checkMac(content: Buffer, mac: Asn1, password: string): void {
    const [digestInfo, salt, count] = partsOf(mac);
    const [algorithm, expected] = partsOf(digestInfo);
    const oid = this.#oidOf(partsOf(algorithm)[0]);
    const digest = Object.entries(macDigests).find(([known]) => known === oid)?.[1];
    if (digest === undefined)
      throw new BadStore(`its integrity is protected by the algorithm ${oid}, which is not known`);
    const iterations = count === undefined ? 1 : numberOf(count);
    if (!(iterations >= 1 && iterations <= maxIterations)) throw new BadStore(damaged);
    const stored = octetsOf(expected);
    const { md, pkcs12, util } = this.#forge;
    const key = pkcs12.generateKey(
      password,
      util.createBuffer(octetsOf(salt).toString('latin1')),
      3,
      iterations,
      stored.length,
      md[digest].create(),
    );
    const actual = createHmac(digest, Buffer.from(key.getBytes(), 'latin1')).update(content).digest();
    if (stored.length !== actual.length || !timingSafeEqual(stored, actual)) {
      throw new BadStore('its password is wrong, or it was changed without it');
    }
  }

  #decrypt(encrypted: Asn1, password: string, reason: string): Asn1 {
    const [algorithm] = partsOf(encrypted);
    if (algorithm === undefined || this.#largestInteger(algorithm) > maxIterations)
      throw new BadStore(damaged);
    try {
      const plain = this.#forge.pki.decryptPrivateKeyInfo(encrypted, password);
      if (plain !== null) return plain;
    } catch (error) {
      // With the wrong password, the plaintext's padding may look right and its structure does not.
      if (error instanceof Error && error.message.includes('Unsupported')) {
        throw new BadStore(`it is encrypted in a way that is not known (${error.message})`);
      }
    }
    throw new BadStore(reason);
  }

  /** Of the parameters of an algorithm, this is the number of iterations. */
  #largestInteger(node: Asn1): number {
    if (typeof node.value !== 'string')
      return Math.max(0, ...node.value.map((part) => this.#largestInteger(part)));
    return node.type === this.#forge.asn1.Type.INTEGER ? numberOf(node) : 0;
  }

  #decode(bytes: Buffer): Asn1 {
    try {
      return this.#forge.asn1.fromDer(bytes.toString('latin1'), false);
    } catch {
      throw new BadStore(damaged);
    }
  }

  #encode(value: Asn1): Buffer {
    return Buffer.from(this.#forge.asn1.toDer(value).getBytes(), 'latin1');
  }

  #oidOf(node: Asn1 | undefined): string {
    if (node === undefined || typeof node.value !== 'string') throw new BadStore(damaged);
    return this.#forge.asn1.derToOid(node.value);
  }
}

function partsOf(node: Asn1 | undefined): readonly Asn1[] {
  if (node === undefined || typeof node.value === 'string') throw new BadStore(damaged);
  return node.value;
}

function numberOf(node: Asn1): number {
  return Number(`0x${octetsOf(node).toString('hex')}`);
}

function octetsOf(node: Asn1 | undefined): Buffer {
  if (node === undefined) throw new BadStore(damaged);
  if (typeof node.value === 'string') return Buffer.from(node.value, 'latin1');
  return Buffer.concat(node.value.map(octetsOf));
}
