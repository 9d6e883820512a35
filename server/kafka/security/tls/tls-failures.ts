import { ConnectError } from '../../../errors/connect-error.ts';

/** Codes of Node for what is wrong with the broker's certificate, and what to do about it. */
const certificateFailures: Readonly<Record<string, readonly [what: string, todo: string]>> = {
  SELF_SIGNED_CERT_IN_CHAIN: unknown(),
  DEPTH_ZERO_SELF_SIGNED_CERT: unknown(),
  UNABLE_TO_GET_ISSUER_CERT: unknown(),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknown(),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknown(),
  CERT_UNTRUSTED: unknown(),
  CERT_SIGNATURE_FAILURE: unknown(),
  CERT_REJECTED: unknown(),
  INVALID_CA: unknown(),
  INVALID_PURPOSE: ['its certificate is not meant for servers', 'have it issued for server authentication'],
  CERT_CHAIN_TOO_LONG: ['its certificate chain is too long', 'shorten the chain'],
  CERT_REVOKED: ['its certificate is revoked', 'renew the certificate of the broker'],
  CERT_HAS_EXPIRED: [
    'its certificate, or one of the chain, has expired',
    'renew the certificate of the broker, or see whether the clock here is right',
  ],
  CERT_NOT_YET_VALID: [
    'its certificate, or one of the chain, is not valid yet',
    'see whether the clocks here and there are right',
  ],
};

/** Alerts by which a broker refuses the client's certificate, or the lack of one. */
const refusedCertificate =
  /ALERT_(?:BAD_CERTIFICATE|CERTIFICATE_REQUIRED|CERTIFICATE_UNKNOWN|UNSUPPORTED_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_EXPIRED|CERTIFICATE_REVOKED|ACCESS_DENIED)/;

function unknown(): readonly [string, string] {
  return [
    'its certificate is not signed by any that is trusted here',
    'put the certificate of its authority into ssl.truststore.location or ssl.truststore.certificates',
  ];
}

/**
 * The error for a failure of the TLS handshake, not retriable, as it would fail again; undefined for everything else,
 * such as a broken network.
 */
export function explainTlsFailure(
  error: Error,
  broker: string,
  hasClientKey: boolean,
): ConnectError | undefined {
  const code = 'code' in error ? String(error.code) : '';
  const certificate = certificateFailures[code];
  if (certificate !== undefined) return refused(broker, ...certificate, error);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const reason = 'reason' in error ? `: ${String(error.reason)}` : '';
    return refused(
      broker,
      `its certificate does not name this host${reason}`,
      'connect to a name that the certificate has, or switch the check off by an empty ssl.endpoint.identification.algorithm',
      error,
    );
  }
  if (refusedCertificate.test(code)) {
    return hasClientKey
      ? refused(
          broker,
          `it does not accept the client's certificate (${alertOf(code)})`,
          'see whether the certificate in ssl.keystore.location has expired and the broker trusts its authority',
          error,
        )
      : refused(
          broker,
          `it wants a client certificate (${alertOf(code)})`,
          'set ssl.keystore.location, or ssl.keystore.key and ssl.keystore.certificate.chain',
          error,
        );
  }
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER') {
    return refused(
      broker,
      'its listener does not speak TLS',
      'take the port of a TLS listener, or set security.protocol to PLAINTEXT or SASL_PLAINTEXT',
      error,
    );
  }
  if (/PROTOCOL_VERSION|HANDSHAKE_FAILURE|NO_CIPHERS|UNSUPPORTED_PROTOCOL|INSUFFICIENT_SECURITY/.test(code)) {
    return refused(
      broker,
      `it and this client have no TLS version and cipher suite in common (${alertOf(code)})`,
      'see ssl.enabled.protocols, ssl.protocol and ssl.cipher.suites here and at the broker',
      error,
    );
  }
  if (code === 'ECONNRESET' && error.message.includes('before secure TLS connection')) {
    // A broker that is about to stop does this as well, so it is worth another attempt.
    const text = `broker ${broker} closed the connection during the TLS handshake; a listener without TLS does this (see security.protocol), and so does a broker that is stopping`;
    return new ConnectError('unavailable', text, { cause: error, retriable: true, details });
  }
  // Whatever else OpenSSL complains of, such as damaged records, may be better the next time.
  return undefined;
}

const details = { kafkaError: 'SSL_HANDSHAKE_FAILED', stage: 'connect' };

function refused(broker: string, what: string, todo: string, cause: Error): ConnectError {
  return new ConnectError('kafka', `TLS handshake with broker ${broker} failed: ${what}; ${todo}`, {
    cause,
    retriable: false,
    details,
  });
}

/** `ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE` is told as "bad certificate". */
function alertOf(code: string): string {
  return code
    .replace(/^ERR_SSL_(?:SSL\/TLS_|SSLV3_|TLSV13_|TLSV1_)?(?:ALERT_)?/, '')
    .replaceAll('_', ' ')
    .toLowerCase();
}
