import type { KafkaConfig } from 'kafkajs';
import { parseBootstrapServers, parseClientSettings } from '../client-settings.ts';
import type { Properties } from '../ports/properties.ts';
import type { KafkajsSecurity } from './kafkajs-security.ts';

/** A try after the first is all that a person waits for; the page has a button. */
const retries = 1;

/** Our client properties as kafkajs takes them. Throws a `config` error that names the key. */
export function toKafkajsConfig(properties: Properties, security: KafkajsSecurity['config']): KafkaConfig {
  const settings = parseClientSettings(properties);
  const brokers = parseBootstrapServers(settings['bootstrap.servers']);
  return {
    ...security,
    brokers: brokers.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`),
    clientId: settings['client.id'],
    connectionTimeout: Math.min(settings['socket.connection.setup.timeout.ms'], 10_000),
    requestTimeout: settings['request.timeout.ms'],
    retry: { retries, initialRetryTime: settings['retry.backoff.ms'] },
    logLevel: 0,
    // The level alone could be raised by an environment variable of kafkajs.
    logCreator: () => () => undefined,
  };
}
