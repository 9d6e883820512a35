import { describe, expect, it } from 'vitest';
import { openSslCiphers } from './cipher-suites.ts';

describe('ssl.cipher.suites', () => {
  it("are given to OpenSSL under OpenSSL's names", () => {
    const names: [string, string][] = [
      ['TLS_AES_128_GCM_SHA256', 'TLS_AES_128_GCM_SHA256'],
      ['TLS_CHACHA20_POLY1305_SHA256', 'TLS_CHACHA20_POLY1305_SHA256'],
      ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'],
      ['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
      ['TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384', 'ECDHE-RSA-AES256-SHA384'],
      ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', 'ECDHE-RSA-AES128-SHA'],
      ['TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256', 'ECDHE-RSA-CHACHA20-POLY1305'],
      ['TLS_DHE_RSA_WITH_AES_256_GCM_SHA384', 'DHE-RSA-AES256-GCM-SHA384'],
      ['TLS_RSA_WITH_AES_128_GCM_SHA256', 'AES128-GCM-SHA256'],
      ['TLS_RSA_WITH_AES_256_CBC_SHA', 'AES256-SHA'],
    ];
    for (const [java, openSsl] of names) expect(openSslCiphers([java])).toBe(openSsl);
    expect(openSslCiphers(['TLS_AES_128_GCM_SHA256', 'TLS_RSA_WITH_AES_256_CBC_SHA'])).toBe(
      'TLS_AES_128_GCM_SHA256:AES256-SHA',
    );
  });

  it('are the default ones when none is named', () => {
    expect(openSslCiphers([])).toBeUndefined();
    expect(openSslCiphers(['TLS_EMPTY_RENEGOTIATION_INFO_SCSV'])).toBeUndefined();
  });

  it('are refused by name when there is no such suite', () => {
    for (const suite of [
      'TLS_RSA_WITH_RC4_128_MD5',
      'SSL_RSA_WITH_DES_CBC_SHA',
      'fast',
      'ALL',
      '@SECLEVEL=0',
    ]) {
      expect(() => openSslCiphers([suite])).toThrow(
        `ssl.cipher.suites: the cipher suite ${suite} is not known`,
      );
    }
  });
});
