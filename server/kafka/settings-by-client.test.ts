import { describe, expect, it } from 'vitest';
import { type ClientKind, clientSettingProblems } from './settings-by-client.ts';

const login = (user: string) =>
  `org.apache.kafka.common.security.plain.PlainLoginModule required username="${user}" password="canary";`;

describe('problems of client settings', () => {
  it('are none when nothing is given, nor for keys that are not known', () => {
    for (const kind of ['producer', 'consumer', 'admin'] as const) {
      expect(clientSettingProblems(kind, {})).toEqual([]);
      expect(clientSettingProblems(kind, { 'made.up': 'x' })).toEqual([]);
    }
  });

  it('are told key by key, all at once', () => {
    const properties = { 'linger.ms': 'soon', acks: 'some', 'batch.size': '1' };
    expect(clientSettingProblems('producer', properties).map(({ key }) => key)).toEqual([
      'linger.ms',
      'acks',
    ]);
  });

  const rules: [ClientKind, Record<string, string>, string, RegExp][] = [
    ['producer', { acks: '1', 'enable.idempotence': 'true' }, 'acks', /Must set acks to all/],
    ['consumer', { 'session.timeout.ms': '10' }, 'heartbeat.interval.ms', /lower than the session timeout/],
    ['admin', { 'default.api.timeout.ms': '10' }, 'default.api.timeout.ms', /no smaller than/],
    ['admin', { 'bootstrap.servers': 'a:1,b' }, 'bootstrap.servers', /Invalid url in bootstrap.servers: b/],
    ['admin', { 'security.protocol': 'SASL_SSL' }, 'sasl.mechanism', /GSSAPI cannot be used/],
    [
      'consumer',
      { 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'SCRAM-SHA-256', 'sasl.jaas.config': login('u') },
      'sasl.jaas.config',
      /needs org\.apache\.kafka\.common\.security\.scram\.ScramLoginModule/,
    ],
    ['producer', { 'sasl.login.class': 'com.acme.Login' }, 'sasl.login.class', /cannot be honoured/],
  ];
  it.each(rules)('of a %s with %o are told by their key', (kind, properties, key, message) => {
    const problems = clientSettingProblems(kind, properties);
    expect(problems.map((problem) => problem.key)).toEqual([key]);
    expect(problems[0]?.message).toMatch(message);
    expect(JSON.stringify(problems)).not.toContain('canary');
  });

  it('are none for a login that is complete', () => {
    const properties = {
      'security.protocol': 'SASL_SSL',
      'sasl.mechanism': 'PLAIN',
      'sasl.jaas.config': login('u'),
    };
    expect(clientSettingProblems('admin', properties)).toEqual([]);
  });
});
