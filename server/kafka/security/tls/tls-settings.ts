import { listSetting, optionalStringSetting, passwordSetting, stringSetting } from '../../setting-kinds.ts';
import { kafkaOwnClassSetting, withoutEffect } from '../setting-support.ts';

/** The `ssl.*` settings, as `SslConfigs` of Kafka 4.3 defines them for clients. */
export const tlsSettingsTable = {
  'ssl.protocol': stringSetting({
    default: 'TLSv1.3',
    doc: 'Highest TLS version; TLSv1.2 keeps TLSv1.3 out.',
  }),
  'ssl.enabled.protocols': listSetting({
    default: ['TLSv1.2', 'TLSv1.3'],
    doc: 'TLS versions that may be spoken; TLSv1.2 and TLSv1.3 exist.',
  }),
  'ssl.cipher.suites': listSetting({
    default: [],
    doc: 'Cipher suites that may be used, under their names in Java; empty for all good ones.',
  }),
  'ssl.endpoint.identification.algorithm': stringSetting({
    default: 'https',
    doc: "How the broker's certificate must name its host: https, or empty for not at all.",
  }),
  'ssl.truststore.type': stringSetting({
    default: 'JKS',
    doc: 'Format of the trust store: PEM, PKCS12 or JKS.',
  }),
  'ssl.truststore.location': optionalStringSetting({
    doc: "File with the certificates to trust; without one, the system's and Mozilla's are trusted.",
  }),
  'ssl.truststore.password': passwordSetting({ doc: 'Password of the trust store file.' }),
  'ssl.truststore.certificates': passwordSetting({ doc: 'Certificates to trust, in PEM form.' }),
  'ssl.keystore.type': stringSetting({
    default: 'JKS',
    doc: 'Format of the key store: PEM, PKCS12 or JKS.',
  }),
  'ssl.keystore.location': optionalStringSetting({
    doc: "File with the client's private key and certificates.",
  }),
  'ssl.keystore.password': passwordSetting({ doc: 'Password of the key store file.' }),
  'ssl.keystore.key': passwordSetting({ doc: "The client's private key, in PEM form." }),
  'ssl.keystore.certificate.chain': passwordSetting({
    doc: "The client's certificate and those that lead to its authority, in PEM form.",
  }),
  'ssl.key.password': passwordSetting({
    doc: "Password of the private key, where it differs from the key store's.",
  }),
  'ssl.provider': optionalStringSetting({
    doc: 'Java security provider for TLS.',
    support: withoutEffect('TLS is always the OpenSSL that Node.js brings'),
  }),
  'ssl.keymanager.algorithm': stringSetting({
    default: 'SunX509',
    doc: 'How Java chooses among several private keys.',
    support: withoutEffect('the first private key of the key store is used'),
  }),
  'ssl.trustmanager.algorithm': stringSetting({
    default: 'PKIX',
    doc: 'How Java checks certificates.',
    support: withoutEffect('OpenSSL checks certificates'),
  }),
  'ssl.secure.random.implementation': optionalStringSetting({
    doc: "Java's source of random numbers.",
    support: withoutEffect('random numbers come from OpenSSL'),
  }),
  'ssl.engine.factory.class': kafkaOwnClassSetting({
    doc: 'Java class that makes TLS engines.',
    own: [
      'org.apache.kafka.common.security.ssl.DefaultSslEngineFactory',
      'org.apache.kafka.common.security.ssl.CommonNameLoggingSslEngineFactory',
    ],
  }),
};
