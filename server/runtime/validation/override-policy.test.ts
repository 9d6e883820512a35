import { describe, expect, test } from 'vitest';
import { ensureOverridesAllowed, overridePolicyOf } from './override-policy.ts';

const tokenUrl = 'sasl.oauthbearer.token.endpoint.url';

describe('the override policy', () => {
  test.each([
    ['All', 'linger.ms', true],
    ['org.apache.kafka.connect.connector.policy.AllConnectorClientConfigOverridePolicy', 'linger.ms', true],
    ['None', 'linger.ms', false],
    ['Principal', 'sasl.jaas.config', true],
    ['Principal', 'linger.ms', false],
    ['Allowlist', 'acks', true],
    ['Allowlist', 'linger.ms', false],
  ])('%s decides on %s: %s', (name, key, isAllowed) => {
    expect(overridePolicyOf(name, ['acks']).allows(key)).toBe(isAllowed);
  });

  test('refuses a name that it does not know', () => {
    expect(() => overridePolicyOf('Some', [])).toThrow(/connector.client.config.override.policy/);
  });

  test('lets no connector send a file of the worker as its token, whatever else it allows', () => {
    const policy = overridePolicyOf('All', []);
    for (const key of [tokenUrl, 'sasl.oauthbearer.jwks.endpoint.url', 'sasl.oauthbearer.assertion.file']) {
      expect(policy.allows(key), key).toBe(false);
    }
    expect(() =>
      ensureOverridesAllowed(policy, { [`producer.override.${tokenUrl}`]: 'file:///etc/shadow' }),
    ).toThrow(`name ${tokenUrl} in connector.client.config.override.allowlist`);
  });

  test('lets an operator allow a token endpoint by name', () => {
    const policy = overridePolicyOf('All', [tokenUrl]);
    expect(policy.allows(tokenUrl)).toBe(true);
    expect(policy.allows('sasl.oauthbearer.assertion.file')).toBe(false);
  });
});
