import { boolean, className, int, list, long, string } from '../config/kinds.ts';
import { atLeast, listWithoutDuplicates, oneOf, oneOfIgnoringCase, satisfies } from '../config/validators.ts';

/** Worker settings that standalone and distributed workers share, under Apache's names and with its defaults. */
export const workerCommonKeys = {
  'vault.key.file': string({
    default: null,
    importance: 'LOW',
    documentation:
      'File with the keys of the vault, a line `name=base64 of 32 bytes` each, the last one in use; only its owner may read it. Absent: this worker has no vault.',
  }),
  'bootstrap.servers': list({
    importance: 'HIGH',
    validator: listWithoutDuplicates({ emptyAllowed: false }),
    documentation: 'Brokers to begin with, as host:port.',
  }),
  'key.converter': className({
    importance: 'HIGH',
    documentation: 'Converter of record keys for connectors that name none; its settings have this prefix.',
  }),
  'key.converter.plugin.version': pluginVersion('key converter'),
  'value.converter': className({
    importance: 'HIGH',
    documentation: 'Converter of record values for connectors that name none; its settings have this prefix.',
  }),
  'value.converter.plugin.version': pluginVersion('value converter'),
  'header.converter': className({
    default: 'org.apache.kafka.connect.storage.SimpleHeaderConverter',
    importance: 'LOW',
    documentation:
      'Converter of record headers for connectors that name none; its settings have this prefix.',
  }),
  'header.converter.plugin.version': pluginVersion('header converter'),
  'task.shutdown.graceful.timeout.ms': long({
    default: 5_000,
    importance: 'LOW',
    documentation: 'Milliseconds that tasks which are stopped together have for ending by themselves.',
  }),
  'offset.flush.interval.ms': long({
    default: 60_000,
    importance: 'LOW',
    documentation: 'Milliseconds between two commits of offsets.',
  }),
  'offset.flush.timeout.ms': long({
    default: 5_000,
    importance: 'LOW',
    documentation: 'Milliseconds after which a commit is given up; its offsets are kept for the next one.',
  }),
  'plugin.path': list({
    default: null,
    importance: 'LOW',
    validator: listWithoutDuplicates({ nullAllowed: true }),
    documentation:
      'Packages with plugins, or folders of such packages. Java plugins cannot be loaded; bundled ones need no path.',
  }),
  'plugin.discovery': string({
    default: 'hybrid_warn',
    importance: 'LOW',
    validator: oneOfIgnoringCase('only_scan', 'hybrid_warn', 'hybrid_fail', 'service_load'),
    documentation: 'How plugins are found; accepted for compatibility.',
  }),
  'metrics.sample.window.ms': long({
    default: 30_000,
    importance: 'LOW',
    validator: atLeast(0),
    documentation: 'Milliseconds of one window of metrics; accepted for compatibility, a window has 30 s.',
  }),
  'metrics.num.samples': int({
    default: 2,
    importance: 'LOW',
    validator: atLeast(1),
    documentation: 'Windows of metrics that are kept; accepted for compatibility, there are two.',
  }),
  'metrics.recording.level': string({
    default: 'INFO',
    importance: 'LOW',
    validator: oneOf('INFO', 'DEBUG'),
    documentation: 'Most detailed level of metrics; accepted for compatibility.',
  }),
  'metric.reporters': list({
    default: ['org.apache.kafka.common.metrics.JmxReporter'],
    importance: 'LOW',
    documentation: 'Classes that report metrics; accepted for compatibility, see GET /metrics.',
  }),
  'config.providers': list({
    default: [],
    importance: 'LOW',
    documentation: 'Aliases of config providers; each needs config.providers.<alias>.class.',
  }),
  'connector.client.config.override.policy': string({
    default: 'All',
    importance: 'MEDIUM',
    documentation: 'Which client settings connectors may override: All, None, Principal or Allowlist.',
  }),
  'connector.client.config.override.allowlist': list({
    default: [],
    importance: 'MEDIUM',
    documentation: 'Client settings that connectors may override under the policy Allowlist.',
  }),
  'topic.creation.enable': boolean({
    default: true,
    importance: 'LOW',
    documentation:
      'Whether the worker creates topics for source connectors that have topic.creation settings.',
  }),
  'topic.tracking.enable': boolean({
    default: true,
    importance: 'LOW',
    documentation: 'Whether the topics each connector uses are recorded.',
  }),
  'topic.tracking.allow.reset': boolean({
    default: true,
    importance: 'LOW',
    documentation: 'Whether the recorded topics may be reset by request.',
  }),
  listeners: list({
    default: ['http://:8083'],
    importance: 'LOW',
    validator: satisfies<readonly string[]>(
      'List of comma-separated URLs, ex: http://localhost:8080',
      (urls) =>
        urls.length === 0 || urls.some((url) => url === '')
          ? 'Invalid value for listeners, at least one URL is expected, ex: http://localhost:8080,https://localhost:8443.'
          : null,
    ),
    documentation: 'URLs that REST listens on. An empty host means all interfaces.',
  }),
  'rest.advertised.host.name': string({
    default: null,
    importance: 'LOW',
    documentation: 'Host by which other workers reach the REST of this one.',
  }),
  'rest.advertised.port': int({
    default: null,
    importance: 'LOW',
    documentation: 'Port by which other workers reach the REST of this one.',
  }),
  'rest.advertised.listener': string({
    default: null,
    importance: 'LOW',
    validator: satisfies<string>('http or https', (text) =>
      ['http', 'https'].includes(text.toLowerCase()) ? null : 'Must be http or https',
    ),
    documentation: 'Listener that other workers are to use: http or https.',
  }),
  'access.control.allow.origin': string({
    default: '',
    importance: 'LOW',
    documentation: 'Origins that browsers may call REST from. Empty: none.',
  }),
  'access.control.allow.methods': string({
    default: '',
    importance: 'LOW',
    documentation: 'Methods that other origins may use. Empty: GET, POST and HEAD.',
  }),
  'response.http.headers.config': string({
    default: '',
    importance: 'LOW',
    documentation: 'Headers to add to REST answers, as "action name:value" parted by commas.',
  }),
  'ssl.client.auth': string({
    default: 'none',
    importance: 'LOW',
    validator: oneOf('required', 'requested', 'none'),
    documentation: 'Whether REST asks clients for a certificate.',
  }),
  'rest.extension.classes': list({
    default: [],
    importance: 'LOW',
    documentation: 'REST extensions, in order.',
  }),
  'admin.listeners': list({
    default: null,
    importance: 'LOW',
    documentation: 'URLs for /admin alone. Absent: with everything else; empty: /admin is switched off.',
  }),
};

function pluginVersion(what: string) {
  return string({
    default: null,
    importance: 'LOW',
    documentation: `Version range of the ${what}. Absent: the newest installed.`,
  });
}
