import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type SecuredKafka,
  type SecuredListener,
  startSecuredKafka,
} from '../../testing/apache-kafka/secured-broker.ts';
import type { Properties } from '../ports/properties.ts';
import { openTopicBrowser } from './open-topic-browser.ts';

const security = 'org.apache.kafka.common.security';

let kafka: SecuredKafka;
let trust: Properties;

beforeAll(async () => {
  kafka = await startSecuredKafka({ users: { alice: 'wonder-land' }, jwks: '{"keys":[]}' });
  trust = { 'ssl.truststore.type': 'PEM', 'ssl.truststore.certificates': kafka.authority.certificate };
}, 150_000);

afterAll(() => kafka?.stop());

function login(mechanism: string, password: string): Properties {
  const module = mechanism === 'PLAIN' ? 'plain.PlainLoginModule' : 'scram.ScramLoginModule';
  return {
    'sasl.mechanism': mechanism,
    'sasl.jaas.config': `${security}.${module} required username="alice" password="${password}";`,
  };
}

/** All that a browser does, on a topic that is there from the start or not at all. */
async function look(listener: SecuredListener, protocol: string, properties: Properties): Promise<void> {
  const browser = openTopicBrowser({
    properties: {
      'bootstrap.servers': kafka.listeners[listener],
      'security.protocol': protocol,
      'request.timeout.ms': '5000',
      'default.api.timeout.ms': '5000',
      ...properties,
    },
  });
  try {
    expect(await browser.topics()).toEqual(expect.any(Array));
    await expect(browser.topic('not-there')).rejects.toMatchObject({ code: 'not-found' });
    const limits = { limit: 1, maxBytes: 1000, timeoutMs: 5000 };
    const reading = browser.records({ topic: 'not-there', from: 'earliest', ...limits });
    await expect(reading).rejects.toMatchObject({ code: 'not-found' });
  } finally {
    await browser.close();
  }
}

describe('topics of a secured Kafka', () => {
  it('are seen over TLS', async () => {
    await look('TLS', 'SSL', trust);
  });

  it('are seen with a client certificate', async () => {
    const { certificate, key } = kafka.client;
    await look('CLIENTCERT', 'SSL', {
      ...trust,
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.certificate.chain': certificate,
      'ssl.keystore.key': key,
    });
  });

  it.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])('are seen with a login by %s', async (mechanism) => {
    await look('SASL', 'SASL_PLAINTEXT', login(mechanism, 'wonder-land'));
    await look('SASLTLS', 'SASL_SSL', { ...trust, ...login(mechanism, 'wonder-land') });
  });

  it('are seen with a token', async () => {
    const options = 'unsecuredLoginStringClaim_sub="bob"';
    await look('SASL', 'SASL_PLAINTEXT', {
      'sasl.mechanism': 'OAUTHBEARER',
      'sasl.jaas.config': `${security}.oauthbearer.OAuthBearerLoginModule required ${options};`,
    });
  });

  it.each(['PLAIN', 'SCRAM-SHA-256'])(
    'are refused by %s for a wrong password, without it',
    async (mechanism) => {
      const password = 'canary-4711';
      const failure: unknown = await look('SASL', 'SASL_PLAINTEXT', login(mechanism, password)).catch(
        (error: unknown) => error,
      );
      expect(failure).toMatchObject({ details: { kafkaError: 'SASL_AUTHENTICATION_FAILED' } });
      expect(String(failure)).not.toContain(password);
    },
  );

  it.each([
    ['of an unknown authority', 'TLS', {}],
    ['of another host', 'WRONGHOST', 'trusted'],
    ['that has expired', 'EXPIRED', 'trusted'],
  ] as const)('are not asked for behind a certificate %s', async (_which, listener, trusted) => {
    await expect(look(listener, 'SSL', trusted === 'trusted' ? trust : {})).rejects.toMatchObject({
      details: { kafkaError: 'SSL_HANDSHAKE_FAILED' },
      message: expect.stringContaining('certificate'),
    });
  });

  it('names the mechanisms that a broker has when it lacks the one asked for', async () => {
    await expect(
      look('PLAINONLY', 'SASL_PLAINTEXT', login('SCRAM-SHA-256', 'wonder-land')),
    ).rejects.toMatchObject({
      details: { stage: 'login' },
      message: expect.stringContaining('SCRAM-SHA-256'),
    });
  });
});
