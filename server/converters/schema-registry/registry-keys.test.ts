import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../config/parse-config.ts';
import { validateConfig } from '../../config/validate-config.ts';
import { isConnectError } from '../../errors/connect-error.ts';
import { registryConfig } from './registry-keys.ts';

const required = { 'converter.type': 'value', 'schema.registry.url': 'http://localhost:8081' };

it('wants no more than a URL', () => {
  expect(parseConfig(registryConfig, required)).toMatchObject({
    'schema.registry.url': ['http://localhost:8081'],
    'auto.register.schemas': true,
    'use.latest.version': false,
    'latest.compatibility.strict': true,
    'use.schema.id': -1,
    'max.schemas.per.subject': 1000,
    'value.subject.name.strategy': 'io.confluent.kafka.serializers.subject.TopicNameStrategy',
    'value.schema.id.serializer': 'io.confluent.kafka.serializers.schema.id.PrefixSchemaIdSerializer',
    'value.schema.id.deserializer': 'io.confluent.kafka.serializers.schema.id.DualSchemaIdDeserializer',
  });
});

it('lets unknown keys be', () => {
  expect(() => parseConfig(registryConfig, { ...required, 'some.other.key': 'x' })).not.toThrow();
});

it('says of every key what it does', () => {
  for (const [name, key] of Object.entries(registryConfig.keys)) {
    expect(`${name}: ${key.documentation}`).toMatch(/^\S+: [A-Z].{15,}\.$/);
  }
});

describe('refuses', () => {
  it.each([
    ['schema.registry.url', '', /names at least one URL/],
    ['schema.registry.url', 'localhost:8081', /must begin with http/],
    ['schema.registry.url', 'ftp://x', /must begin with http/],
    ['schema.registry.url', 'mock://scope', /in Java tests only/],
    ['schema.registry.url', 'http://a,nonsense', /URL 2 of schema\.registry\.url/],
    ['schema.registry.url', 'http://a/?x=1', /without \? and #/],
    ['schema.registry.url', 'http://me:50%@a/', /a % in its name or password/],
    ['value.subject.name.strategy', 'com.example.Mine', /Java classes cannot be loaded/],
    ['key.subject.name.strategy', '__proto__', /Java classes cannot be loaded/],
    ['value.schema.id.serializer', 'toString', /Java classes cannot be loaded/],
    ['value.schema.id.deserializer', 'x.Y', /Java classes cannot be loaded/],
    ['context.name.strategy', 'x.Y', /Java classes cannot be loaded/],
    ['rule.executors', 'encrypt', /rules on schemas, field encryption among them, are not run/],
    ['rule.actions', 'dlq', /rules on schemas/],
    ['use.latest.with.metadata', 'a=b', /cannot be chosen by metadata/],
    ['proxy.host', 'proxy', /proxies are not supported/],
    ['max.schemas.per.subject', '0', /at least 1/],
    ['http.read.timeout.ms', '0', /at least 1/],
    ['missing.id.cache.ttl.sec', '-1', /at least 0/],
    ['bearer.auth.cache.expiry.buffer.seconds', '3601', /no more than 3600/],
  ])('%s=%s', (key, value, message) => {
    expect(() => parseConfig(registryConfig, { ...required, [key]: value })).toThrow(message);
    const answer = validateConfig(registryConfig, { ...required, [key]: value });
    expect(JSON.stringify(answer)).toMatch(message);
  });

  it('a URL without showing the password in it', () => {
    try {
      parseConfig(registryConfig, { ...required, 'schema.registry.url': 'ftp://me:secret@x' });
    } catch (error) {
      expect(isConnectError(error) && !error.message.includes('secret')).toBe(true);
      return;
    }
    throw new Error('it was taken');
  });
});
