import { describe, expect, it } from 'vitest';
import { parseSecuritySettings } from '../security-settings.ts';
import { saslMechanism } from './sasl-mechanisms.ts';

const security = 'org.apache.kafka.common.security';

function mechanism(name: string, jaas: string | undefined) {
  const settings = parseSecuritySettings({
    'sasl.mechanism': name,
    ...(jaas === undefined ? {} : { 'sasl.jaas.config': jaas }),
  });
  return saslMechanism(settings, () => undefined);
}

describe('SASL mechanisms', () => {
  it('take their credentials from sasl.jaas.config', async () => {
    const plain = mechanism(
      'PLAIN',
      `${security}.plain.PlainLoginModule required username="ü" password="p w";`,
    );
    expect(String(await plain.begin().start())).toBe('\0ü\0p w');
    const scram = `${security}.scram.ScramLoginModule required username="a" password="b" tokenauth=true;`;
    expect(String(await mechanism('SCRAM-SHA-512', scram).begin().start())).toMatch(
      /^n,,n=a,r=.+,tokenauth=true$/,
    );
  });

  it('send the token and the extensions of OAUTHBEARER', async () => {
    const claims =
      'unsecuredLoginStringClaim_sub="bob" unsecuredLoginExtension_trace="t 1" extension_tenant="x"';
    const oauth = mechanism(
      'OAUTHBEARER',
      `${security}.oauthbearer.OAuthBearerLoginModule required ${claims};`,
    );
    const exchange = oauth.begin();
    const parts = String(await exchange.start()).split('\u0001');
    expect(parts).toEqual([
      'n,,',
      expect.stringMatching(/^auth=Bearer [\w-]+\.[\w-]+\.$/),
      'trace=t 1',
      'tenant=x',
      '',
      '',
    ]);
    expect(await exchange.next(Buffer.alloc(0))).toBeUndefined();
    oauth.close?.();
  });

  it('are refused by name when they do not exist here', () => {
    for (const [name, reason] of [
      ['GSSAPI', 'Kerberos is not supported'],
      ['AWS_MSK_IAM', "Amazon's library"],
      ['plain', 'it is not known'],
    ] as const) {
      expect(() => mechanism(name, undefined), name).toThrow(reason);
      expect(() => mechanism(name, undefined), name).toThrow('there are PLAIN, SCRAM-SHA-256');
    }
  });

  it('need their own login module and its options, and show no value when those are wrong', () => {
    const bad: [string, string | undefined, string][] = [
      ['PLAIN', undefined, 'sasl.jaas.config is missing'],
      ['PLAIN', `${security}.scram.ScramLoginModule required password="canary";`, 'needs org.apache'],
      ['SCRAM-SHA-256', `${security}.plain.PlainLoginModule required;`, 'ScramLoginModule'],
      ['PLAIN', 'canary required password="canary";', 'names another login module'],
      ['PLAIN', 'com.sun.security.auth.module.JndiLoginModule required;', 'JndiLoginModule'],
      ['PLAIN', `${security}.plain.PlainLoginModule required username="canary";`, 'no option password'],
      ['PLAIN', `${security}.plain.PlainLoginModule required password="canary";`, 'no option username'],
      [
        'OAUTHBEARER',
        `${security}.oauthbearer.OAuthBearerLoginModule required clientSecret="canary";`,
        'sasl.oauthbearer.token.endpoint.url is missing',
      ],
      [
        'OAUTHBEARER',
        `${security}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="b" extension_auth="canary";`,
        'and not be auth',
      ],
      [
        'OAUTHBEARER',
        `${security}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="b" extension_x="canaryü";`,
        'characters that cannot be sent',
      ],
    ];
    for (const [name, jaas, reason] of bad) {
      expect(() => mechanism(name, jaas), jaas).toThrow(reason);
      try {
        mechanism(name, jaas);
      } catch (error) {
        expect(error).toMatchObject({ code: 'config' });
        expect(String(error)).not.toContain('canary');
      }
    }
  });
});
