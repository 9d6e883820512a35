import {
  booleanSetting,
  choiceSetting,
  doubleSetting,
  intSetting,
  listSetting,
  longSetting,
  optionalStringSetting,
  type Setting,
  type SettingSupport,
  stringSetting,
} from '../settings-table.ts';

const oauth = 'org.apache.kafka.common.security.oauthbearer';

/** Every setting of Kafka's clients about TLS and SASL, as `SslConfigs` and `SaslConfigs` of Kafka 4.3 define them. */
export const securitySettingsTable = {
  'security.protocol': choiceSetting(['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'], {
    default: 'PLAINTEXT',
    ignoreCase: true,
  }),
  'security.providers': withoutEffect(optionalStringSetting(), 'Java security providers cannot be loaded'),

  'ssl.protocol': stringSetting({ default: 'TLSv1.3' }),
  'ssl.enabled.protocols': listSetting({ default: ['TLSv1.2', 'TLSv1.3'] }),
  'ssl.cipher.suites': listSetting({ default: [] }),
  'ssl.provider': withoutEffect(optionalStringSetting(), 'TLS is always OpenSSL as Node.js brings it'),
  'ssl.endpoint.identification.algorithm': stringSetting({ default: 'https' }),
  'ssl.truststore.type': stringSetting({ default: 'JKS' }),
  'ssl.truststore.location': optionalStringSetting(),
  'ssl.truststore.password': optionalStringSetting(),
  'ssl.truststore.certificates': optionalStringSetting(),
  'ssl.keystore.type': stringSetting({ default: 'JKS' }),
  'ssl.keystore.location': optionalStringSetting(),
  'ssl.keystore.password': optionalStringSetting(),
  'ssl.keystore.key': optionalStringSetting(),
  'ssl.keystore.certificate.chain': optionalStringSetting(),
  'ssl.key.password': optionalStringSetting(),
  'ssl.keymanager.algorithm': withoutEffect(
    stringSetting({ default: 'SunX509' }),
    'the first private key of the key store is used',
  ),
  'ssl.trustmanager.algorithm': withoutEffect(
    stringSetting({ default: 'PKIX' }),
    'certificates are checked by OpenSSL',
  ),
  'ssl.secure.random.implementation': withoutEffect(
    optionalStringSetting(),
    'random numbers come from OpenSSL',
  ),
  'ssl.engine.factory.class': ownClassOnly([
    'org.apache.kafka.common.security.ssl.DefaultSslEngineFactory',
    'org.apache.kafka.common.security.ssl.CommonNameLoggingSslEngineFactory',
  ]),

  'sasl.mechanism': stringSetting({ default: 'GSSAPI' }),
  'sasl.jaas.config': optionalStringSetting(),
  'sasl.client.callback.handler.class': ownClassOnly([
    `${oauth}.internals.OAuthBearerSaslClientCallbackHandler`,
    'org.apache.kafka.common.security.authenticator.SaslClientCallbackHandler',
  ]),
  'sasl.login.callback.handler.class': optionalStringSetting(),
  'sasl.login.class': ownClassOnly([
    'org.apache.kafka.common.security.authenticator.DefaultLogin',
    `${oauth}.internals.OAuthBearerRefreshingLogin`,
  ]),
  'sasl.kerberos.service.name': kerberos(optionalStringSetting()),
  'sasl.kerberos.kinit.cmd': kerberos(stringSetting({ default: '/usr/bin/kinit' })),
  'sasl.kerberos.ticket.renew.window.factor': kerberos(doubleSetting({ default: 0.8 })),
  'sasl.kerberos.ticket.renew.jitter': kerberos(doubleSetting({ default: 0.05 })),
  'sasl.kerberos.min.time.before.relogin': kerberos(longSetting({ default: 60_000 })),
  'sasl.login.refresh.window.factor': doubleSetting({ default: 0.8, min: 0.5, max: 1 }),
  'sasl.login.refresh.window.jitter': doubleSetting({ default: 0.05, min: 0, max: 0.25 }),
  'sasl.login.refresh.min.period.seconds': shortSetting({ default: 60, min: 0, max: 900 }),
  'sasl.login.refresh.buffer.seconds': shortSetting({ default: 300, min: 0, max: 3600 }),
  'sasl.login.connect.timeout.ms': optional(intSetting()),
  'sasl.login.read.timeout.ms': optional(intSetting()),
  'sasl.login.retry.backoff.ms': longSetting({ default: 100 }),
  'sasl.login.retry.backoff.max.ms': longSetting({ default: 10_000 }),

  'sasl.oauthbearer.token.endpoint.url': optionalStringSetting(),
  'sasl.oauthbearer.client.credentials.client.id': optionalStringSetting(),
  'sasl.oauthbearer.client.credentials.client.secret': optionalStringSetting(),
  'sasl.oauthbearer.scope': optionalStringSetting(),
  'sasl.oauthbearer.header.urlencode': booleanSetting({ default: false }),
  'sasl.oauthbearer.scope.claim.name': stringSetting({ default: 'scope' }),
  'sasl.oauthbearer.sub.claim.name': stringSetting({ default: 'sub' }),
  'sasl.oauthbearer.jwt.retriever.class': stringSetting({ default: `${oauth}.DefaultJwtRetriever` }),
  'sasl.oauthbearer.jwt.validator.class': stringSetting({ default: `${oauth}.DefaultJwtValidator` }),
  'sasl.oauthbearer.assertion.algorithm': choiceSetting(['ES256', 'RS256'], {
    default: 'RS256',
    ignoreCase: true,
  }),
  'sasl.oauthbearer.assertion.claim.aud': optionalStringSetting(),
  'sasl.oauthbearer.assertion.claim.exp.seconds': intSetting({ default: 300, min: 0, max: 86_400 }),
  'sasl.oauthbearer.assertion.claim.iss': optionalStringSetting(),
  'sasl.oauthbearer.assertion.claim.jti.include': booleanSetting({ default: false }),
  'sasl.oauthbearer.assertion.claim.nbf.seconds': intSetting({ default: 60, min: 0, max: 3600 }),
  'sasl.oauthbearer.assertion.claim.sub': optionalStringSetting(),
  'sasl.oauthbearer.assertion.file': optionalStringSetting(),
  'sasl.oauthbearer.assertion.private.key.file': optionalStringSetting(),
  'sasl.oauthbearer.assertion.private.key.passphrase': optionalStringSetting(),
  'sasl.oauthbearer.assertion.template.file': optionalStringSetting(),
  'sasl.oauthbearer.clock.skew.seconds': brokerOnly(intSetting({ default: 30 })),
  'sasl.oauthbearer.expected.audience': brokerOnly(listSetting({ default: [] })),
  'sasl.oauthbearer.expected.issuer': brokerOnly(optionalStringSetting()),
  'sasl.oauthbearer.jwks.endpoint.url': brokerOnly(optionalStringSetting()),
  'sasl.oauthbearer.jwks.endpoint.refresh.ms': brokerOnly(longSetting({ default: 3_600_000 })),
  'sasl.oauthbearer.jwks.endpoint.retry.backoff.ms': brokerOnly(longSetting({ default: 100 })),
  'sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms': brokerOnly(longSetting({ default: 10_000 })),
};

/** Settings whose values are never shown. */
export const secretSettings: ReadonlySet<string> = new Set([
  'ssl.truststore.password',
  'ssl.truststore.certificates',
  'ssl.keystore.password',
  'ssl.keystore.key',
  'ssl.keystore.certificate.chain',
  'ssl.key.password',
  'sasl.jaas.config',
  'sasl.oauthbearer.client.credentials.client.secret',
  'sasl.oauthbearer.assertion.private.key.passphrase',
]);

function supported<Value>(
  setting: Setting<Value>,
  kind: SettingSupport['kind'],
  reason: string,
): Setting<Value> {
  return { ...setting, support: { kind, reason } };
}

function withoutEffect<Value>(setting: Setting<Value>, reason: string): Setting<Value> {
  return supported(setting, 'without effect', reason);
}

function kerberos<Value>(setting: Setting<Value>): Setting<Value> {
  return withoutEffect(setting, 'the mechanism GSSAPI (Kerberos) is not supported');
}

function brokerOnly<Value>(setting: Setting<Value>): Setting<Value> {
  return withoutEffect(setting, 'only brokers verify tokens');
}

/** A Java class to plug in: Kafka's own stands for what is built in here, any other cannot be loaded. */
function ownClassOnly(own: readonly string[]): Setting<string | null> {
  const setting: Setting<string | null> = {
    default: null,
    parse: (text) => (own.includes(text) ? null : text),
  };
  return supported(setting, 'refused', "Java classes cannot be loaded; Kafka's own behaviour is built in");
}

function optional<Value>(setting: Setting<Value>): Setting<Value | null> {
  return { ...setting, default: null };
}

/** A 16-bit whole number. */
function shortSetting(limits: { default: number; min: number; max: number }): Setting<number> {
  const int = intSetting(limits);
  return {
    ...int,
    parse(text) {
      if (!/^[+-]?\d+$/.test(text) || Math.abs(Number(text)) > 0x7fff)
        throw new Error('Not a number of type SHORT');
      return int.parse(text);
    },
  };
}
