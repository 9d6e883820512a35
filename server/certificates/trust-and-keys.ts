import { ConnectError } from '../errors/connect-error.ts';
import { looksLikePem, parsePemCertificates, parsePemKey } from './pem.ts';
import { readStore } from './read-store.ts';
import { BadStore, type StoredKey, storeError } from './store.ts';

/** Of any client that speaks TLS, under the names that Kafka's clients gave them. Passwords in clear. */
export interface StoreSettings {
  readonly 'ssl.truststore.type': string;
  readonly 'ssl.truststore.location': string | null;
  readonly 'ssl.truststore.password': string | null;
  readonly 'ssl.truststore.certificates': string | null;
  readonly 'ssl.keystore.type': string;
  readonly 'ssl.keystore.location': string | null;
  readonly 'ssl.keystore.password': string | null;
  readonly 'ssl.keystore.key': string | null;
  readonly 'ssl.keystore.certificate.chain': string | null;
  readonly 'ssl.key.password': string | null;
}

/**
 * The certificates of the trust store, DER; null: there is none, and the system's are to be trusted. `prefix` stands
 * before the names of settings in errors.
 */
export function trustedCertificates(settings: StoreSettings, prefix = ''): readonly Buffer[] | null {
  const refuse = refusal(prefix);
  const path = given(settings['ssl.truststore.location']);
  const inline = given(settings['ssl.truststore.certificates']);
  const password = given(settings['ssl.truststore.password']);
  const type = settings['ssl.truststore.type'].toUpperCase();
  if (inline !== null) {
    refuse(type !== 'PEM', 'ssl.truststore.certificates', 'goes only with ssl.truststore.type=PEM');
    refuse(path !== null, 'ssl.truststore.certificates', 'cannot stand beside ssl.truststore.location');
    refuse(password !== null, 'ssl.truststore.password', 'has no place with PEM, which has no password');
    return inlinePem(`${prefix}ssl.truststore.certificates`, () => parsePemCertificates(inline));
  }
  if (path === null) {
    refuse(password !== null, 'ssl.truststore.password', 'needs ssl.truststore.location');
    return null;
  }
  refuse(
    type === 'PEM' && password !== null,
    'ssl.truststore.password',
    'has no place with PEM, which has no password',
  );
  const key = `${prefix}ssl.truststore.location`;
  const { trusted } = readStore({
    key,
    path,
    type,
    typeKey: `${prefix}ssl.truststore.type`,
    passwords: { store: password, key: null },
    wantKeys: false,
  });
  if (trusted.length === 0) throw storeError(key, path, 'there is no trusted certificate in it');
  return trusted;
}

/** The client's key and certificates; null: it has none. */
export function clientKey(settings: StoreSettings, prefix = ''): StoredKey | null {
  const refuse = refusal(prefix);
  const path = given(settings['ssl.keystore.location']);
  const inlineKey = given(settings['ssl.keystore.key']);
  const chain = given(settings['ssl.keystore.certificate.chain']);
  const password = given(settings['ssl.keystore.password']);
  const keyPassword = given(settings['ssl.key.password']);
  const type = settings['ssl.keystore.type'].toUpperCase();
  if (inlineKey !== null || chain !== null) {
    if (inlineKey === null || chain === null) {
      refuse(
        true,
        inlineKey === null ? 'ssl.keystore.key' : 'ssl.keystore.certificate.chain',
        'is missing; ssl.keystore.key and ssl.keystore.certificate.chain go together',
      );
      return null;
    }
    refuse(type !== 'PEM', 'ssl.keystore.key', 'goes only with ssl.keystore.type=PEM');
    refuse(path !== null, 'ssl.keystore.key', 'cannot stand beside ssl.keystore.location');
    refuse(password !== null, 'ssl.keystore.password', 'has no place with PEM; the key has ssl.key.password');
    return inlinePem(`${prefix}ssl.keystore.key`, () => {
      if (!looksLikePem(chain)) throw new BadStore('ssl.keystore.certificate.chain holds no PEM');
      return parsePemKey(inlineKey, chain, keyPassword);
    });
  }
  if (path === null) {
    refuse(password !== null, 'ssl.keystore.password', 'needs ssl.keystore.location');
    return null;
  }
  if (type === 'PEM') {
    refuse(password !== null, 'ssl.keystore.password', 'has no place with PEM; the key has ssl.key.password');
  } else
    refuse(password === null, 'ssl.keystore.password', 'is missing; the key store cannot be read without it');
  const key = `${prefix}ssl.keystore.location`;
  const { privateKeys } = readStore({
    key,
    path,
    type,
    typeKey: `${prefix}ssl.keystore.type`,
    passwords: { store: password, key: keyPassword },
    wantKeys: true,
  });
  const [first] = privateKeys;
  if (first === undefined) throw storeError(key, path, 'there is no private key in it');
  return first;
}

/** An empty value is as good as none: templates of property files leave such. */
function given(value: string | null): string | null {
  return value === '' ? null : value;
}

function refusal(prefix: string): (when: boolean, key: string, reason: string) => void {
  return (when, key, reason) => {
    if (!when) return;
    const name = prefix + key;
    throw new ConnectError('config', `${name} ${reason}`, { details: { key: name } });
  };
}

function inlinePem<Result>(key: string, parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof BadStore)) throw error;
    throw storeError(key, null, error.message);
  }
}
