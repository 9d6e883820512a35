import type { KeyOptions } from '../config/kinds.ts';
import { boolean, className, double, int, list, long, password, short, string } from '../config/kinds.ts';
import { atLeast, between, oneOf } from '../config/validators.ts';

/** Keys for TLS as Kafka clients and REST listeners know them; worker settings of both modes have them. */
export const tlsKeys = {
  'ssl.protocol': string({
    default: 'TLSv1.3',
    importance: 'MEDIUM',
    documentation: 'The TLS version to ask for.',
  }),
  'ssl.enabled.protocols': list({
    default: ['TLSv1.2', 'TLSv1.3'],
    importance: 'MEDIUM',
    documentation: 'TLS versions that may be used.',
  }),
  'ssl.provider': optionalText('MEDIUM', 'Name of a security provider; accepted for compatibility.'),
  'ssl.cipher.suites': list({
    default: [],
    importance: 'LOW',
    documentation: 'Cipher suites that may be used. Empty: the default ones.',
  }),
  'ssl.keystore.type': string({
    default: 'JKS',
    importance: 'MEDIUM',
    documentation: 'File format of the key store: JKS, PKCS12 or PEM.',
  }),
  'ssl.truststore.type': string({
    default: 'JKS',
    importance: 'MEDIUM',
    documentation: 'File format of the trust store: JKS, PKCS12 or PEM.',
  }),
  'ssl.keystore.location': optionalText('HIGH', 'File with the private key and its certificates.'),
  'ssl.truststore.location': optionalText('HIGH', 'File with the trusted certificates.'),
  'ssl.keystore.password': secret('HIGH', 'Password of the key store file.'),
  'ssl.key.password': secret('HIGH', 'Password of the private key.'),
  'ssl.truststore.password': secret('HIGH', 'Password of the trust store file.'),
  'ssl.keystore.key': secret('HIGH', 'Private key in PEM form.'),
  'ssl.keystore.certificate.chain': secret('HIGH', 'Certificate chain in PEM form.'),
  'ssl.truststore.certificates': secret('HIGH', 'Trusted certificates in PEM form.'),
  'ssl.keymanager.algorithm': string({
    default: 'SunX509',
    importance: 'LOW',
    documentation: 'Accepted for compatibility.',
  }),
  'ssl.trustmanager.algorithm': string({
    default: 'PKIX',
    importance: 'LOW',
    documentation: 'Accepted for compatibility.',
  }),
  'ssl.endpoint.identification.algorithm': string({
    default: 'https',
    importance: 'LOW',
    documentation: "How the server's host name is checked against its certificate. Empty: not at all.",
  }),
  'ssl.secure.random.implementation': optionalText('LOW', 'Accepted for compatibility.'),
  'ssl.engine.factory.class': optionalClass('LOW', 'Accepted for compatibility.'),
};

/** Keys for SASL of the worker's own clients. */
export const saslKeys = {
  'security.protocol': string({
    default: 'PLAINTEXT',
    importance: 'MEDIUM',
    validator: oneOf('PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'),
    documentation: 'How to talk to brokers.',
  }),
  'sasl.mechanism': string({
    default: 'GSSAPI',
    importance: 'MEDIUM',
    documentation: 'SASL mechanism for connections to brokers.',
  }),
  'sasl.jaas.config': secret('MEDIUM', 'Login module and its options, in the form of a JAAS file.'),
  'sasl.client.callback.handler.class': optionalClass('MEDIUM', 'Accepted for compatibility.'),
  'sasl.login.callback.handler.class': optionalClass('MEDIUM', 'Accepted for compatibility.'),
  'sasl.login.class': optionalClass('MEDIUM', 'Accepted for compatibility.'),
  'sasl.kerberos.service.name': optionalText('MEDIUM', 'Kerberos principal name of the brokers.'),
  'sasl.kerberos.kinit.cmd': string({
    default: '/usr/bin/kinit',
    importance: 'LOW',
    documentation: 'Path of the Kerberos kinit command.',
  }),
  'sasl.kerberos.ticket.renew.window.factor': ratio(
    0.8,
    'Part of a ticket lifetime after which it is renewed.',
  ),
  'sasl.kerberos.ticket.renew.jitter': ratio(0.05, 'Random part added to the renewal time.'),
  'sasl.kerberos.min.time.before.relogin': milliseconds(60_000, 'Least time between two logins.'),
  'sasl.login.refresh.window.factor': double({
    default: 0.8,
    importance: 'LOW',
    validator: between(0.5, 1),
    documentation: 'Part of a token lifetime after which it is refreshed.',
  }),
  'sasl.login.refresh.window.jitter': double({
    default: 0.05,
    importance: 'LOW',
    validator: between(0, 0.25),
    documentation: 'Random part added to the refresh time.',
  }),
  'sasl.login.refresh.min.period.seconds': short({
    default: 60,
    importance: 'LOW',
    validator: between(0, 900),
    documentation: 'Least seconds between two refreshes of a token.',
  }),
  'sasl.login.refresh.buffer.seconds': short({
    default: 300,
    importance: 'LOW',
    validator: between(0, 3600),
    documentation: 'Seconds before expiry that a refresh keeps clear.',
  }),
  'sasl.login.connect.timeout.ms': optionalInt(
    'Milliseconds to wait for a connection to the login provider.',
  ),
  'sasl.login.read.timeout.ms': optionalInt('Milliseconds to wait for an answer of the login provider.'),
  'sasl.login.retry.backoff.ms': milliseconds(100, 'First wait between attempts to log in.'),
  'sasl.login.retry.backoff.max.ms': milliseconds(10_000, 'Longest wait between attempts to log in.'),
  'sasl.oauthbearer.token.endpoint.url': optionalText('MEDIUM', 'URL of the OAuth token endpoint.'),
  'sasl.oauthbearer.jwks.endpoint.url': optionalText('MEDIUM', 'URL of the OAuth key set.'),
  'sasl.oauthbearer.scope': optionalText('MEDIUM', 'Scope to ask the token endpoint for.'),
  'sasl.oauthbearer.client.credentials.client.id': optionalText(
    'MEDIUM',
    'Client id for the token endpoint.',
  ),
  'sasl.oauthbearer.client.credentials.client.secret': secret(
    'MEDIUM',
    'Client secret for the token endpoint.',
  ),
  'sasl.oauthbearer.assertion.claim.aud': optionalText('MEDIUM', 'Audience of the assertion.'),
  'sasl.oauthbearer.assertion.claim.iss': optionalText('MEDIUM', 'Issuer of the assertion.'),
  'sasl.oauthbearer.assertion.claim.sub': optionalText('MEDIUM', 'Subject of the assertion.'),
  'sasl.oauthbearer.assertion.claim.exp.seconds': seconds(300, 'Seconds until the assertion expires.'),
  'sasl.oauthbearer.assertion.claim.nbf.seconds': seconds(
    60,
    'Seconds before now at which the assertion becomes valid.',
  ),
  'sasl.oauthbearer.assertion.claim.jti.include': boolean({
    default: false,
    importance: 'MEDIUM',
    documentation: 'Whether the assertion has an identifier of its own.',
  }),
  'sasl.oauthbearer.assertion.file': optionalText('MEDIUM', 'File with a ready assertion.'),
  'sasl.oauthbearer.assertion.private.key.file': optionalText(
    'MEDIUM',
    'File with the key that signs assertions.',
  ),
  'sasl.oauthbearer.assertion.private.key.passphrase': secret('MEDIUM', 'Passphrase of that key.'),
  'sasl.oauthbearer.assertion.template.file': optionalText(
    'MEDIUM',
    'File with a template of the assertion.',
  ),
  'sasl.oauthbearer.assertion.algorithm': string({
    default: 'RS256',
    importance: 'MEDIUM',
    validator: oneOf('ES256', 'RS256'),
    documentation: 'Algorithm that signs assertions.',
  }),
  'sasl.oauthbearer.jwt.retriever.class': className({
    default: 'org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever',
    importance: 'MEDIUM',
    documentation: 'Accepted for compatibility.',
  }),
  'sasl.oauthbearer.jwt.validator.class': className({
    default: 'org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator',
    importance: 'MEDIUM',
    documentation: 'Accepted for compatibility.',
  }),
  'sasl.oauthbearer.scope.claim.name': string({
    default: 'scope',
    importance: 'LOW',
    documentation: 'Claim of a token that holds its scope.',
  }),
  'sasl.oauthbearer.sub.claim.name': string({
    default: 'sub',
    importance: 'LOW',
    documentation: 'Claim of a token that holds its subject.',
  }),
  'sasl.oauthbearer.jwks.endpoint.refresh.ms': milliseconds(
    3_600_000,
    'How often the key set is read again.',
  ),
  'sasl.oauthbearer.jwks.endpoint.retry.backoff.ms': milliseconds(
    100,
    'First wait between attempts to read the key set.',
  ),
  'sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms': milliseconds(
    10_000,
    'Longest wait between such attempts.',
  ),
  'sasl.oauthbearer.clock.skew.seconds': seconds(30, 'Difference of clocks that is tolerated.'),
  'sasl.oauthbearer.header.urlencode': boolean({
    default: false,
    importance: 'LOW',
    documentation: 'Whether client id and secret are URL-encoded in the header of a token request.',
  }),
  'sasl.oauthbearer.expected.audience': list({
    default: [],
    importance: 'LOW',
    documentation: 'Audiences of which a token must name one. Empty: any.',
  }),
  'sasl.oauthbearer.expected.issuer': optionalText('LOW', 'Issuer that a token must have.'),
};

type Grade = KeyOptions<unknown>['importance'];

function optionalText(importance: Grade, documentation: string) {
  return string({ default: null, importance, documentation });
}

function optionalClass(importance: Grade, documentation: string) {
  return className({ default: null, importance, documentation });
}

function secret(importance: Grade, documentation: string) {
  return password({ default: null, importance, documentation });
}

function optionalInt(documentation: string) {
  return int({ default: null, importance: 'LOW', documentation });
}

function milliseconds(fallback: number, documentation: string) {
  return long({ default: fallback, importance: 'LOW', validator: atLeast(0), documentation });
}

function seconds(fallback: number, documentation: string) {
  return int({ default: fallback, importance: 'LOW', validator: atLeast(0), documentation });
}

function ratio(fallback: number, documentation: string) {
  return double({ default: fallback, importance: 'LOW', documentation });
}
