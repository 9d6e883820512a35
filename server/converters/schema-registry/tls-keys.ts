import { list, password, string } from '../../config/kinds.ts';
import { oneOfIgnoringCase } from '../../config/validators.ts';
import { notSupported } from './key-validators.ts';

const group = 'TLS';

function withoutEffect(what: string) {
  return string({
    importance: 'LOW',
    documentation: `${what} Without effect: TLS is the OpenSSL that Node.js brings.`,
    default: null,
    group,
  });
}

/** TLS to the registry; the same keys as a Kafka client's, behind `schema.registry.`. */
export const tlsKeys = {
  'schema.registry.ssl.truststore.type': string({
    importance: 'MEDIUM',
    documentation: 'Format of the trust store: PEM, PKCS12 or JKS; the last two stand for each other.',
    default: 'JKS',
    validator: oneOfIgnoringCase('PEM', 'PKCS12', 'JKS'),
    group,
  }),
  'schema.registry.ssl.truststore.location': string({
    importance: 'HIGH',
    documentation:
      'File with the certificates to trust; without one, those of the system and of Mozilla are.',
    default: null,
    group,
  }),
  'schema.registry.ssl.truststore.password': password({
    importance: 'HIGH',
    documentation: 'Password of the trust store; PEM has none.',
    default: null,
    group,
  }),
  'schema.registry.ssl.truststore.certificates': password({
    importance: 'HIGH',
    documentation: 'Certificates to trust, in PEM form, in the place of a file.',
    default: null,
    group,
  }),
  'schema.registry.ssl.keystore.type': string({
    importance: 'MEDIUM',
    documentation: 'Format of the key store: PEM, PKCS12 or JKS; the last two stand for each other.',
    default: 'JKS',
    validator: oneOfIgnoringCase('PEM', 'PKCS12', 'JKS'),
    group,
  }),
  'schema.registry.ssl.keystore.location': string({
    importance: 'HIGH',
    documentation:
      'File with the private key and the certificates of the client, where the registry asks for them.',
    default: null,
    group,
  }),
  'schema.registry.ssl.keystore.password': password({
    importance: 'HIGH',
    documentation: 'Password of the key store; PEM has none.',
    default: null,
    group,
  }),
  'schema.registry.ssl.keystore.key': password({
    importance: 'HIGH',
    documentation: 'Private key of the client, in PEM form, in the place of a file.',
    default: null,
    group,
  }),
  'schema.registry.ssl.keystore.certificate.chain': password({
    importance: 'HIGH',
    documentation: 'Certificates of the client, in PEM form, its own first.',
    default: null,
    group,
  }),
  'schema.registry.ssl.key.password': password({
    importance: 'HIGH',
    documentation: 'Password of the private key, where it has one.',
    default: null,
    group,
  }),
  'schema.registry.ssl.protocol': string({
    importance: 'MEDIUM',
    documentation: 'Highest TLS version; TLSv1.2 keeps TLSv1.3 out.',
    default: 'TLSv1.3',
    validator: oneOfIgnoringCase('TLS', 'TLSv1.2', 'TLSv1.3'),
    group,
  }),
  'schema.registry.ssl.enabled.protocols': list({
    importance: 'MEDIUM',
    documentation: 'TLS versions that may be spoken, of TLSv1.2 and TLSv1.3.',
    default: ['TLSv1.2', 'TLSv1.3'],
    group,
  }),
  'schema.registry.ssl.endpoint.identification.algorithm': string({
    importance: 'LOW',
    documentation: 'How the certificate of the registry must name its host: https, or empty for not at all.',
    default: 'https',
    validator: oneOfIgnoringCase('https', ''),
    group,
  }),
  'schema.registry.ssl.cipher.suites': list({
    importance: 'LOW',
    documentation: 'Cipher suites under their names in Java. Not supported: all good ones are allowed.',
    default: [],
    validator: notSupported('cipher suites cannot be chosen here; leave it out'),
    group,
  }),
  'schema.registry.ssl.engine.factory.class': string({
    importance: 'LOW',
    documentation: 'Java class that makes TLS engines. Not supported.',
    default: null,
    validator: notSupported('Java classes cannot be loaded; leave it out'),
    group,
  }),
  'schema.registry.ssl.provider': withoutEffect('Java security provider for TLS.'),
  'schema.registry.ssl.keymanager.algorithm': withoutEffect('How Java chooses among several private keys.'),
  'schema.registry.ssl.trustmanager.algorithm': withoutEffect('How Java checks certificates.'),
  'schema.registry.ssl.secure.random.implementation': withoutEffect("Java's source of random numbers."),
};
