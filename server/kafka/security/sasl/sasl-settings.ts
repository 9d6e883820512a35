import {
  doubleSetting,
  longSetting,
  optionalIntSetting,
  optionalStringSetting,
  passwordSetting,
  shortSetting,
  stringSetting,
} from '../../setting-kinds.ts';
import { kafkaOwnClassSetting, withoutEffect } from '../setting-support.ts';

const kafkaSecurity = 'org.apache.kafka.common.security';
const kerberos = withoutEffect('the mechanism GSSAPI (Kerberos) is not supported');

/** The `sasl.*` settings that are not of OAUTHBEARER alone, as `SaslConfigs` of Kafka 4.3 defines them. */
export const saslSettingsTable = {
  'sasl.mechanism': stringSetting({
    default: 'GSSAPI',
    doc: 'How to log in: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER; GSSAPI is not supported.',
  }),
  'sasl.jaas.config': passwordSetting({
    doc: 'Login module and credentials: `module required username="…" password="…";`.',
  }),
  'sasl.client.callback.handler.class': kafkaOwnClassSetting({
    doc: 'Java class that answers questions of the mechanism.',
    own: [
      `${kafkaSecurity}.authenticator.SaslClientCallbackHandler`,
      `${kafkaSecurity}.oauthbearer.internals.OAuthBearerSaslClientCallbackHandler`,
    ],
  }),
  'sasl.login.callback.handler.class': kafkaOwnClassSetting({
    doc: 'Java class that fetches credentials.',
    own: [
      `${kafkaSecurity}.oauthbearer.OAuthBearerLoginCallbackHandler`,
      `${kafkaSecurity}.oauthbearer.secured.OAuthBearerLoginCallbackHandler`,
      `${kafkaSecurity}.oauthbearer.internals.unsecured.OAuthBearerUnsecuredLoginCallbackHandler`,
      `${kafkaSecurity}.authenticator.AbstractLogin$DefaultLoginCallbackHandler`,
    ],
  }),
  'sasl.login.class': kafkaOwnClassSetting({
    doc: 'Java class that keeps credentials fresh.',
    own: [
      `${kafkaSecurity}.authenticator.DefaultLogin`,
      `${kafkaSecurity}.oauthbearer.internals.OAuthBearerRefreshingLogin`,
    ],
  }),
  'sasl.login.refresh.window.factor': doubleSetting({
    default: 0.8,
    min: 0.5,
    max: 1,
    doc: "Share of a token's life after which it is fetched again.",
  }),
  'sasl.login.refresh.window.jitter': doubleSetting({
    default: 0.05,
    min: 0,
    max: 0.25,
    doc: "Share of a token's life by which the refresh is at most put off by chance.",
  }),
  'sasl.login.refresh.min.period.seconds': shortSetting({
    default: 60,
    min: 0,
    max: 900,
    doc: 'Shortest time between two refreshes of a token, in seconds.',
  }),
  'sasl.login.refresh.buffer.seconds': shortSetting({
    default: 300,
    min: 0,
    max: 3600,
    doc: 'Time before its end by which a token is refreshed, in seconds.',
  }),
  'sasl.login.connect.timeout.ms': optionalIntSetting({
    doc: 'How long to connect to the token endpoint may take, in milliseconds.',
  }),
  'sasl.login.read.timeout.ms': optionalIntSetting({
    doc: 'How long the token endpoint may take to answer, in milliseconds.',
  }),
  'sasl.login.retry.backoff.ms': longSetting({
    default: 100,
    doc: 'Wait before the token endpoint is asked a second time, in milliseconds; doubles each time.',
  }),
  'sasl.login.retry.backoff.max.ms': longSetting({
    default: 10_000,
    doc: 'How long the token endpoint is asked again after failures, in milliseconds.',
  }),
  'sasl.kerberos.service.name': optionalStringSetting({ doc: "Kafka's Kerberos name.", support: kerberos }),
  'sasl.kerberos.kinit.cmd': stringSetting({
    default: '/usr/bin/kinit',
    doc: 'Path of the kinit command.',
    support: kerberos,
  }),
  'sasl.kerberos.ticket.renew.window.factor': doubleSetting({
    default: 0.8,
    doc: "Share of a ticket's life after which it is renewed.",
    support: kerberos,
  }),
  'sasl.kerberos.ticket.renew.jitter': doubleSetting({
    default: 0.05,
    doc: 'Chance added to the time of renewal.',
    support: kerberos,
  }),
  'sasl.kerberos.min.time.before.relogin': longSetting({
    default: 60_000,
    doc: 'Shortest time between two logins, in milliseconds.',
    support: kerberos,
  }),
};
