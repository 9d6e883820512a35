import type { Properties } from './ports/properties.ts';
import type { Settings } from './settings-table.ts';
import {
  booleanSetting,
  choiceSetting,
  intSetting,
  listSetting,
  longSetting,
  parseSettings,
  settingError,
  stringSetting,
} from './settings-table.ts';

/** Settings that every Kafka client has: where the cluster is and how connections behave. */
export const clientSettingsTable = {
  'bootstrap.servers': listSetting(),
  'client.id': stringSetting({ default: '' }),
  'client.dns.lookup': choiceSetting(['use_all_dns_ips', 'resolve_canonical_bootstrap_servers_only'], {
    default: 'use_all_dns_ips',
  }),
  'security.protocol': choiceSetting(['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'], {
    default: 'PLAINTEXT',
    ignoreCase: true,
  }),
  'request.timeout.ms': intSetting({ default: 30_000, min: 0 }),
  'default.api.timeout.ms': intSetting({ default: 60_000, min: 0 }),
  'retry.backoff.ms': longSetting({ default: 100, min: 0 }),
  'retry.backoff.max.ms': longSetting({ default: 1000, min: 0 }),
  'reconnect.backoff.ms': longSetting({ default: 50, min: 0 }),
  'reconnect.backoff.max.ms': longSetting({ default: 1000, min: 0 }),
  'socket.connection.setup.timeout.ms': longSetting({ default: 10_000 }),
  'socket.connection.setup.timeout.max.ms': longSetting({ default: 30_000 }),
  'connections.max.idle.ms': longSetting({ default: 540_000 }),
  'metadata.max.age.ms': longSetting({ default: 300_000, min: 0 }),
  // The operating system's own sizes serve; the keys are accepted so that existing files need no change.
  'send.buffer.bytes': intSetting({ default: 131_072, min: -1 }),
  'receive.buffer.bytes': intSetting({ default: 65_536, min: -1 }),
  'allow.auto.create.topics': booleanSetting({ default: true }),
};

export type ClientSettings = Settings<typeof clientSettingsTable>;

export interface BootstrapAddress {
  readonly host: string;
  readonly port: number;
}

/** Throws a `config` error naming the key when a value is malformed or asks for something that is not built yet. */
export function parseClientSettings(properties: Properties): ClientSettings {
  const settings = parseSettings(clientSettingsTable, properties);
  parseBootstrapServers(settings['bootstrap.servers']);
  const protocol = settings['security.protocol'];
  if (protocol !== 'PLAINTEXT') {
    throw settingError(
      'security.protocol',
      `security.protocol=${protocol} is not supported yet; only PLAINTEXT listeners can be reached`,
    );
  }
  return settings;
}

const key = 'bootstrap.servers';

/** `host:port`, `[v6]:port` or `PROTOCOL://host:port`, as Java's clients take them. */
export function parseBootstrapServers(servers: readonly string[]): readonly BootstrapAddress[] {
  const named = servers.filter((server) => server !== '');
  if (named.length === 0) throw settingError(key, `No bootstrap urls given in ${key}`);
  return named.map((server) => {
    const match = /^(?:[a-zA-Z0-9_]+:\/\/)?(?:\[([0-9a-zA-Z:%.]+)\]|([^[\]:/\s]+)):(\d{1,5})$/.exec(server);
    const port = Number(match?.[3]);
    if (match === null || port < 1 || port > 65_535)
      throw settingError(key, `Invalid url in ${key}: ${server}`);
    return { host: match[1] ?? match[2] ?? '', port };
  });
}
