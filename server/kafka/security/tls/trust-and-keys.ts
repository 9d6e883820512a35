import { settingError } from '../../settings-table.ts';
import type { SecuritySettings } from '../security-settings.ts';
import { looksLikePem, parsePemCertificates, parsePemKey } from '../stores/pem.ts';
import { readStore } from '../stores/read-store.ts';
import { BadStore, type StoredKey, storeError } from '../stores/store.ts';

/** The certificates of the trust store, DER; null: there is none, and the system's are to be trusted. */
export function trustedCertificates(settings: SecuritySettings): readonly Buffer[] | null {
  const path = given(settings['ssl.truststore.location']);
  const inline = given(settings['ssl.truststore.certificates']);
  const password = given(settings['ssl.truststore.password']);
  const type = settings['ssl.truststore.type'].toUpperCase();
  if (inline !== null) {
    refuse(type !== 'PEM', 'ssl.truststore.certificates', 'goes only with ssl.truststore.type=PEM');
    refuse(path !== null, 'ssl.truststore.certificates', 'cannot stand beside ssl.truststore.location');
    refuse(password !== null, 'ssl.truststore.password', 'has no place with PEM, which has no password');
    return inlinePem('ssl.truststore.certificates', () => parsePemCertificates(inline));
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
  const key = 'ssl.truststore.location';
  const { trusted } = readStore({
    key,
    path,
    type,
    typeKey: 'ssl.truststore.type',
    passwords: { store: password, key: null },
    wantKeys: false,
  });
  if (trusted.length === 0) throw storeError(key, path, 'there is no trusted certificate in it');
  return trusted;
}

/** The client's key and certificates; null: it has none. */
export function clientKey(settings: SecuritySettings): StoredKey | null {
  const path = given(settings['ssl.keystore.location']);
  const inlineKey = given(settings['ssl.keystore.key']);
  const chain = given(settings['ssl.keystore.certificate.chain']);
  const password = given(settings['ssl.keystore.password']);
  const keyPassword = given(settings['ssl.key.password']);
  const type = settings['ssl.keystore.type'].toUpperCase();
  if (inlineKey !== null || chain !== null) {
    if (inlineKey === null || chain === null) {
      throw settingError(
        inlineKey === null ? 'ssl.keystore.key' : 'ssl.keystore.certificate.chain',
        'ssl.keystore.key and ssl.keystore.certificate.chain go together; one of them is missing',
      );
    }
    refuse(type !== 'PEM', 'ssl.keystore.key', 'goes only with ssl.keystore.type=PEM');
    refuse(path !== null, 'ssl.keystore.key', 'cannot stand beside ssl.keystore.location');
    refuse(password !== null, 'ssl.keystore.password', 'has no place with PEM; the key has ssl.key.password');
    return inlinePem('ssl.keystore.key', () => {
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
  const key = 'ssl.keystore.location';
  const { privateKeys } = readStore({
    key,
    path,
    type,
    typeKey: 'ssl.keystore.type',
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

function refuse(when: boolean, key: string, reason: string): void {
  if (when) throw settingError(key, `${key} ${reason}`);
}

function inlinePem<Result>(key: string, parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof BadStore)) throw error;
    throw storeError(key, null, error.message);
  }
}
