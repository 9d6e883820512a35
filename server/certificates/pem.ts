import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { BadStore, type StoredKey } from './store.ts';

/**
 * One block: label and base64. Blanks may stand for line ends, because multi-line values of properties files lose
 * theirs. What is between blocks is ignored.
 */
const block = /-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \1-----/g;

interface PemBlock {
  readonly label: string;
  /** In the form OpenSSL wants: lines of 64 characters. */
  readonly text: string;
}

export function looksLikePem(text: string): boolean {
  return text.includes('-----BEGIN ');
}

/** The certificates in the text, DER. Throws `BadStore` when there are none or one cannot be read. */
export function parsePemCertificates(text: string): Buffer[] {
  const blocks = blocksOf(text).filter(({ label }) => / ?CERTIFICATE$/.test(label));
  if (blocks.length === 0) throw new BadStore('there is no "-----BEGIN CERTIFICATE-----" in it');
  return blocks.map(({ text: pem }, i) => {
    try {
      return new X509Certificate(pem).raw;
    } catch {
      throw new BadStore(`certificate ${i + 1} in it cannot be read`);
    }
  });
}

/** The private key in `keyText` with the certificates in `chainText`. */
export function parsePemKey(keyText: string, chainText: string, password: string | null): StoredKey {
  const blocks = blocksOf(keyText).filter(({ label }) => /PRIVATE KEY$/.test(label));
  const [first] = blocks;
  if (first === undefined) throw new BadStore('there is no "-----BEGIN PRIVATE KEY-----" in it');
  if (blocks.length > 1) throw new BadStore('there is more than one private key in it');
  const key = privateKeyOf(first, password);
  return { key: key.export({ format: 'der', type: 'pkcs8' }), chain: parsePemCertificates(chainText) };
}

function privateKeyOf({ label, text }: PemBlock, password: string | null): KeyObject {
  const encrypted = label.includes('ENCRYPTED') || text.includes('Proc-Type: 4,ENCRYPTED');
  if (encrypted && password === null) {
    throw new BadStore('the private key is encrypted; set ssl.key.password');
  }
  try {
    return createPrivateKey({
      key: text,
      format: 'pem',
      ...(password === null ? {} : { passphrase: password }),
    });
  } catch {
    // OpenSSL's own words tell a wrong password from a broken key badly, and differ between versions.
    throw new BadStore(
      encrypted
        ? 'the private key cannot be decrypted; is ssl.key.password right?'
        : 'the private key cannot be read',
    );
  }
}

function blocksOf(text: string): PemBlock[] {
  return [...text.matchAll(block)].map(([whole, label = '', body = '']) => {
    // Headers of the old encrypted form must keep their lines.
    if (body.includes(':')) return { label, text: `${whole}\n` };
    const base64 = body.replace(/\s+/g, '');
    const lines = base64.match(/.{1,64}/g) ?? [];
    return { label, text: `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n` };
  });
}
