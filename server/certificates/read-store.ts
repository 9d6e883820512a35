import { looksLikeJks, parseJks } from './jks.ts';
import { looksLikePem, parsePemCertificates, parsePemKey } from './pem.ts';
import { looksLikePkcs12, parsePkcs12 } from './pkcs12.ts';
import { BadStore, readStoreFile, type StoreContents, type StorePasswords, storeError } from './store.ts';

export interface StoreFile {
  /** The setting that names the file: `ssl.truststore.location`. */
  readonly key: string;
  readonly path: string;
  /** Of `typeKey`, upper case: `PEM`, or one of the binary formats. */
  readonly type: string;
  readonly typeKey: string;
  readonly passwords: StorePasswords;
  readonly wantKeys: boolean;
}

const types = ['JKS', 'PKCS12', 'PEM'];

/**
 * Reads a trust store or key store. As with Java, JKS and PKCS12 stand for each other: the content decides. Throws a
 * `config` error that names key, file and reason.
 */
export function readStore(file: StoreFile): StoreContents {
  const bytes = readStoreFile(file.key, file.path);
  try {
    return parseStore(bytes, file);
  } catch (error) {
    if (!(error instanceof BadStore)) throw error;
    throw storeError(file.key, file.path, error.message);
  }
}

function parseStore(bytes: Buffer, { type, typeKey, passwords, wantKeys }: StoreFile): StoreContents {
  if (!types.includes(type)) {
    throw new BadStore(`${typeKey}=${type} is not supported; it must be one of ${types.join(', ')}`);
  }
  const text = bytes.toString('latin1');
  if (type === 'PEM') {
    if (!looksLikePem(text)) throw new BadStore(notPem(bytes, typeKey));
    if (wantKeys) return { trusted: [], privateKeys: [parsePemKey(text, text, passwords.key)] };
    return { trusted: parsePemCertificates(text), privateKeys: [] };
  }
  if (looksLikeJks(bytes)) return parseJks(bytes, passwords, wantKeys);
  if (looksLikePkcs12(bytes)) return parsePkcs12(bytes, passwords, wantKeys);
  if (looksLikePem(text)) throw new BadStore(`it holds PEM; set ${typeKey}=PEM`);
  throw new BadStore(`it is no ${type} store`);
}

function notPem(bytes: Buffer, typeKey: string): string {
  if (looksLikeJks(bytes)) return `it is a JKS store; set ${typeKey}=JKS`;
  if (looksLikePkcs12(bytes))
    return `it is a PKCS#12 store (or a certificate in DER form); set ${typeKey}=PKCS12`;
  return 'it holds no PEM';
}
