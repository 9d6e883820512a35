import type { Properties } from './ports/properties.ts';
import { securitySettingsTable } from './security/security-settings.ts';
import {
  booleanSetting,
  choiceSetting,
  intSetting,
  listSetting,
  longSetting,
  stringSetting,
} from './setting-kinds.ts';
import type { SettingSupport, Settings } from './settings-table.ts';
import { parseSettings, settingError } from './settings-table.ts';

const noMetrics: SettingSupport = {
  kind: 'without effect',
  reason: 'there are no Java metrics here; the worker has figures of its own',
};
const noSocketSizes: SettingSupport = {
  kind: 'without effect',
  reason: 'the operating system sizes socket buffers by itself',
  actual: -1,
};

/** What every request goes by. */
export const requestSettings = {
  'request.timeout.ms': intSetting({
    doc: 'Milliseconds to wait for the answer to one request.',
    default: 30_000,
    min: 0,
  }),
  'retry.backoff.ms': longSetting({
    doc: 'Milliseconds before a failed request is repeated for the first time; doubled with every further failure.',
    default: 100,
    min: 0,
  }),
  'retry.backoff.max.ms': longSetting({
    doc: 'Most milliseconds between two attempts of a request.',
    default: 1000,
    min: 0,
  }),
};

export const metadataAgeSetting = longSetting({
  doc: 'Milliseconds after which what is known of the cluster is asked for again.',
  default: 300_000,
  min: 0,
});

/** Settings that every Kafka client has: where the cluster is and how connections behave. */
export const clientSettingsTable = {
  'bootstrap.servers': listSetting({
    doc: 'Addresses to find the cluster by, as host:port.',
    nonEmpty: true,
  }),
  'client.id': stringSetting({ doc: 'Name that brokers log and count requests under.', default: '' }),
  'client.dns.lookup': choiceSetting(['use_all_dns_ips', 'resolve_canonical_bootstrap_servers_only'], {
    doc: 'Whether all addresses of a host name are tried in turn, or bootstrap names are replaced by canonical names first.',
    default: 'use_all_dns_ips',
  }),
  ...requestSettings,
  'reconnect.backoff.ms': longSetting({
    doc: 'Milliseconds before connecting again after a first failure; doubled with every further one.',
    default: 50,
    min: 0,
  }),
  'reconnect.backoff.max.ms': longSetting({
    doc: 'Most milliseconds between two attempts to connect.',
    default: 1000,
    min: 0,
  }),
  'socket.connection.setup.timeout.ms': longSetting({
    doc: 'Milliseconds that opening a connection may take; doubled with every failure.',
    default: 10_000,
  }),
  'socket.connection.setup.timeout.max.ms': longSetting({
    doc: 'Most milliseconds that opening a connection may take.',
    default: 30_000,
  }),
  'connections.max.idle.ms': longSetting({
    doc: 'Milliseconds without traffic after which a connection is closed. Negative: never.',
    default: 540_000,
  }),
  'metadata.max.age.ms': metadataAgeSetting,
  'metadata.recovery.strategy': choiceSetting(['rebootstrap', 'none'], {
    doc: 'Whether a client that reaches no known broker any more begins again with bootstrap.servers.',
    default: 'rebootstrap',
    ignoreCase: true,
  }),
  'metadata.recovery.rebootstrap.trigger.ms': longSetting({
    doc: 'Milliseconds without metadata after which the client begins again with bootstrap.servers.',
    default: 300_000,
    min: 0,
  }),
  'send.buffer.bytes': intSetting({
    doc: 'Bytes of the send buffer of a socket.',
    default: 131_072,
    min: -1,
    support: noSocketSizes,
  }),
  'receive.buffer.bytes': intSetting({
    doc: 'Bytes of the receive buffer of a socket.',
    default: 65_536,
    min: -1,
    support: noSocketSizes,
  }),
  'config.providers': listSetting({
    doc: 'Config providers for references within client settings.',
    default: [],
    support: {
      kind: 'without effect',
      reason: 'the worker resolves references with its own config.providers before clients see them',
    },
  }),
  'enable.metrics.push': booleanSetting({
    doc: 'Whether client metrics are sent to brokers that subscribe to them.',
    default: true,
    support: { kind: 'without effect', reason: 'no metrics are sent to brokers', actual: false },
  }),
  'metric.reporters': listSetting({
    doc: 'Classes that report metrics.',
    default: ['org.apache.kafka.common.metrics.JmxReporter'],
    support: { ...noMetrics, actual: [] },
  }),
  'metrics.num.samples': intSetting({
    doc: 'Windows over which a metric is kept.',
    default: 2,
    min: 1,
    support: noMetrics,
  }),
  'metrics.recording.level': choiceSetting(['INFO', 'DEBUG', 'TRACE'], {
    doc: 'Most detailed level of metrics.',
    default: 'INFO',
    support: noMetrics,
  }),
  'metrics.sample.window.ms': longSetting({
    doc: 'Milliseconds of one window of metrics.',
    default: 30_000,
    min: 0,
    support: noMetrics,
  }),
  ...securitySettingsTable,
};

/** Limit of calls that repeat requests by themselves; consumers and admin clients declare it. */
export const apiTimeoutSetting = intSetting({
  doc: 'Milliseconds that a call which repeats requests by itself may take.',
  default: 60_000,
  min: 0,
});

/** What a cluster goes by, whichever clients share it. */
export const clusterSettingsTable = { ...clientSettingsTable, 'default.api.timeout.ms': apiTimeoutSetting };

export type ClientSettings = Settings<typeof clusterSettingsTable>;

export interface BootstrapAddress {
  readonly host: string;
  readonly port: number;
}

/** Throws a `config` error naming the key when a value is malformed. */
export function parseClientSettings(properties: Properties): ClientSettings {
  const settings = parseSettings(clusterSettingsTable, properties);
  parseBootstrapServers(settings['bootstrap.servers']);
  const isGiven = (key: string): boolean => properties[key] !== undefined;
  const reconnectMs = settings['reconnect.backoff.ms'];
  const requestMs = settings['request.timeout.ms'];
  return {
    ...settings,
    // As Java's clients: a default does not cut short what was asked for.
    ...(isGiven('reconnect.backoff.max.ms')
      ? {}
      : { 'reconnect.backoff.max.ms': Math.max(reconnectMs, settings['reconnect.backoff.max.ms']) }),
    ...(isGiven('default.api.timeout.ms')
      ? {}
      : { 'default.api.timeout.ms': Math.max(requestMs, settings['default.api.timeout.ms']) }),
  };
}

const key = 'bootstrap.servers';

/** `host:port`, `[v6]:port` or `PROTOCOL://host:port`, as Java's clients take them. */
export function parseBootstrapServers(servers: readonly string[]): readonly BootstrapAddress[] {
  if (servers.length === 0) throw settingError(key, `No bootstrap urls given in ${key}`);
  return servers.map((server) => {
    const match = /^(?:[a-zA-Z0-9_]+:\/\/)?(?:\[([0-9a-zA-Z:%.]+)\]|([^[\]:/\s]+)):(\d{1,5})$/.exec(server);
    const port = Number(match?.[3]);
    if (match === null || port < 1 || port > 65_535)
      throw settingError(key, `Invalid url in ${key}: ${server}`);
    return { host: match[1] ?? match[2] ?? '', port };
  });
}
