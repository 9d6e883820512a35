import { getCiphers } from 'node:tls';
import { settingError } from '../../settings-table.ts';

const key = 'ssl.cipher.suites';

/**
 * OpenSSL's list for names as Java (and the registry of TLS) has them; undefined for an empty list, which means the
 * default. Throws a `config` error naming a suite that does not exist here.
 */
export function openSslCiphers(suites: readonly string[]): string | undefined {
  // A signal of Java's, not a suite.
  const named = suites.filter((suite) => suite !== 'TLS_EMPTY_RENEGOTIATION_INFO_SCSV');
  if (named.length === 0) return undefined;
  const known = new Set(getCiphers());
  return named
    .map((suite) => {
      const name = openSslName(suite);
      if (!known.has(name.toLowerCase())) {
        throw settingError(key, `${key}: the cipher suite ${suite} is not known or no longer secure`);
      }
      return name;
    })
    .join(':');
}

/** TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 is ECDHE-RSA-AES128-GCM-SHA256; suites of TLS 1.3 have one name. */
function openSslName(suite: string): string {
  const match = /^(?:TLS|SSL)_([A-Z0-9_]+)_WITH_([A-Z0-9_]+?)_(SHA(?:256|384)?)$/.exec(suite);
  if (match === null) return suite;
  const [, exchange = '', cipher = '', digest = ''] = match;
  const parts: string[] = exchange === 'RSA' ? [] : [exchange.replaceAll('_', '-')];
  const aes = /^(AES|CAMELLIA|ARIA)_(\d+)_(CBC|GCM|CCM)$/.exec(cipher);
  if (aes !== null) {
    const [, name = '', bits = '', mode = ''] = aes;
    parts.push(`${name}${bits}`, ...(mode === 'CBC' ? [] : [mode]));
  } else parts.push(cipher.replaceAll('_', '-'));
  // ChaCha20's digest is not part of OpenSSL's name.
  if (cipher !== 'CHACHA20_POLY1305') parts.push(digest);
  return parts.join('-');
}
