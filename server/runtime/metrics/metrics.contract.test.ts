import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openKafkaClient } from '../../kafka/open-kafka-client.ts';
import type { KafkaClient } from '../../kafka/ports/kafka-client.ts';
import { bundledPlugins } from '../../plugins/bundled-plugins.ts';
import { PluginCatalogue } from '../../plugins/plugin-catalogue.ts';
import { KafkaConfigStore } from '../../storage/kafka-config-store.ts';
import { KafkaOffsetStore } from '../../storage/kafka-offset-store.ts';
import { KafkaStatusStore } from '../../storage/kafka-status-store.ts';
import { MemoryConfigStore } from '../../storage/memory-config-store.ts';
import { MemoryOffsetStore } from '../../storage/memory-offset-store.ts';
import { MemoryStatusStore } from '../../storage/memory-status-store.ts';
import type { OffsetStore } from '../../storage/offset-store.ts';
import { brokers } from '../../testing/brokers.ts';
import { waitFor as waitForAtMost } from '../../testing/wait.ts';
import { DistributedHerder } from '../distributed/distributed-herder.ts';
import type { Herder } from '../herder.ts';
import { HerderEventLog } from '../herder-event-log.ts';
import { StandaloneHerder } from '../standalone/standalone-herder.ts';
import { ThreadedWorker } from '../threaded-worker.ts';
import { ConnectorValidator } from '../validate-connector.ts';
import { overridePolicyOf } from '../validation/override-policy.ts';
import type { WorkerListener } from '../worker.ts';
import {
  type CommonWorkerConfig,
  parseDistributedWorker,
  parseStandaloneWorker,
  type WorkerSettings,
} from '../worker-config.ts';
import type { MetricGroup } from './metric-group.ts';
import { readJavaMetrics } from './testing/java-metrics.ts';
import { metricConnectors } from './testing/metric-connectors.ts';

const soon = () => AbortSignal.timeout(60_000);
const waitFor: typeof waitForAtMost = (what, probe) => waitForAtMost(what, probe, 60_000);
const plugins = new PluginCatalogue(bundledPlugins);

const common = (bootstrap: string) => ({
  'bootstrap.servers': bootstrap,
  'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'offset.flush.interval.ms': '100',
});

function partsOf(settings: WorkerSettings<CommonWorkerConfig>, group: string | null) {
  const log = () => {};
  return {
    version: '0',
    plugins,
    validator: new ConnectorValidator({
      plugins,
      worker: settings,
      group: group === null ? null : { id: group, isExactlyOnceEnabled: false },
    }),
    events: new HerderEventLog(),
    log,
    workerOver: (offsetStore: OffsetStore) => (listener: WorkerListener) =>
      new ThreadedWorker({
        settings,
        plugins,
        policy: overridePolicyOf('All', []),
        offsetStore,
        openKafkaClient: (properties) => openKafkaClient({ properties }),
        listener,
        log,
      }),
  };
}

const modes = {
  standalone: (kafka: KafkaClient, bootstrap: string): Herder => {
    const settings = parseStandaloneWorker({
      ...common(bootstrap),
      'offset.storage.file.filename': 'unused',
    });
    const { workerOver, ...parts } = partsOf(settings, null);
    const offsetStore = new MemoryOffsetStore();
    return new StandaloneHerder({
      ...parts,
      config: settings.config,
      workerId: 'test:8083',
      kafka,
      configStore: new MemoryConfigStore(),
      statusStore: new MemoryStatusStore(),
      offsetStore,
      createWorker: workerOver(offsetStore),
    });
  },
  distributed: (kafka: KafkaClient, bootstrap: string): Herder => {
    const id = randomUUID();
    const settings = parseDistributedWorker({
      ...common(bootstrap),
      'group.id': `group-${id}`,
      'config.storage.topic': `configs-${id}`,
      'offset.storage.topic': `offsets-${id}`,
      'status.storage.topic': `statuses-${id}`,
    });
    const { workerOver, ...parts } = partsOf(settings, `group-${id}`);
    const { log } = parts;
    const topic = (store: 'config' | 'offset' | 'status') => ({
      name: settings.config[`${store}.storage.topic`],
      configKey: `${store}.storage.topic`,
      partitions: 1,
      replicationFactor: 1,
      settings: {},
    });
    const offsetStore = new KafkaOffsetStore(kafka, topic('offset'), log);
    return new DistributedHerder({
      ...parts,
      config: settings.config,
      workerId: 'test:8083',
      url: 'http://test:8083/',
      kafka,
      configStore: new KafkaConfigStore({ kafka, topic: topic('config'), log }),
      statusStore: new KafkaStatusStore({ kafka, topic: topic('status'), log }),
      offsetStore,
      createWorker: workerOver(offsetStore),
      sendInternalRequest: async () => {
        throw new Error('There is no other worker.');
      },
    });
  },
} as const;

/** What Java registers of its clients, of the registry itself, and the commit it was built from. */
const isOurs = ({ type, tags }: Pick<MetricGroup, 'type' | 'tags'>) =>
  !['connect-metrics', 'connect-node-metrics', 'connect-coordinator-metrics', 'kafka-metrics-count'].includes(
    type,
  ) &&
  (type !== 'app-info' || 'client-id' in tags);

/** Names of one worker's metrics; of groups that differ in the values of their tags alone, those of the first. */
function namesOf(groups: readonly Pick<MetricGroup, 'type' | 'tags' | 'attributes'>[]) {
  const names: Record<string, string[]> = {};
  for (const { type, tags, attributes } of groups.filter(isOurs)) {
    const own = Object.keys(attributes).filter((name) => name !== 'commit-id');
    names[`${type} ${Object.keys(tags).sort().join()}`] ??= own.sort();
  }
  return names;
}

describe.each(await brokers())('metrics of a worker on $name', ({ bootstrap }) => {
  let folder = '';
  let kafka: KafkaClient;
  let herder: Herder;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'metrics-'));
    kafka = openKafkaClient({ properties: { 'bootstrap.servers': bootstrap } });
  });

  afterEach(async () => {
    await herder.stop();
    await kafka.close();
    await rm(folder, { recursive: true });
  });

  const attributeOf = (type: string, connector: string, attribute: string) =>
    herder.metrics().find((group) => group.type === type && group.tags.connector === connector)?.attributes[
      attribute
    ];

  it.each(['standalone', 'distributed'] as const)(
    'have the names and, where time does not decide, the values of a Java worker: %s',
    async (mode) => {
      herder = modes[mode](kafka, bootstrap);
      await herder.start(soon());
      await writeFile(join(folder, 'out'), 'one\ntwo\nthree\n');
      const java = await readJavaMetrics();
      // Its group of consumers is named after it.
      const own: Record<string, string> = {
        'lines-out': 'lines-out',
        'lines-in': `lines-in-${randomUUID()}`,
      };
      for (const [name, config] of Object.entries(metricConnectors(`lines-${randomUUID()}`, folder))) {
        await herder.putConnectorConfig(own[name] ?? '', config, { replace: false, signal: soon() });
      }
      const sink = own['lines-in'] ?? '';
      await waitFor('three lines and their commits', () => {
        const commits = attributeOf('sink-task-metrics', sink, 'offset-commit-completion-total');
        return (
          attributeOf('sink-task-metrics', sink, 'sink-record-send-total') === 3 &&
          attributeOf('sink-task-metrics', sink, 'sink-record-active-count') === 0 &&
          attributeOf('source-task-metrics', 'lines-out', 'source-record-active-count') === 0 &&
          Number(commits) > 0 &&
          Number(attributeOf('connector-task-metrics', 'lines-out', 'offset-commit-max-time-ms')) >= 0
        );
      });
      const ours = herder.metrics();
      const theirs = namesOf(java);
      if (mode === 'standalone') delete theirs['connect-worker-rebalance-metrics '];
      expect(namesOf(ours.filter(({ domain }) => domain === 'kafka.connect'))).toEqual(theirs);

      const measured =
        /time|rate|avg|percentage|version|seq-no|commit-completion-total|active-count-max|batch-size-max|task-startup|ratio|epoch|rebalances|leader|attempts/;
      for (const { type, tags, attributes } of java.filter(
        (group) => isOurs(group) && 'connector' in group.tags,
      )) {
        const same = ours.find(
          (group) => group.type === type && group.tags.connector === own[tags.connector ?? ''],
        );
        const fixed = Object.entries(attributes).filter(([name]) => !measured.test(name));
        expect(same?.attributes).toMatchObject(Object.fromEntries(fixed));
      }
      expect(attributeOf('task-metrics', sink, 'consumer-lag-records')).toBe(0);
      expect(attributeOf('task-metrics', sink, 'last-record-timestamp')).toBeGreaterThan(1e12);
      expect(await readFile(join(folder, 'in'), 'utf8')).toContain('three');

      await herder.pauseConnector('lines-out');
      await waitFor(
        'a pause that shows',
        () => Number(attributeOf('connector-task-metrics', 'lines-out', 'pause-ratio')) > 0,
      );
      expect(attributeOf('connector-task-metrics', 'lines-out', 'status')).toBe('paused');
      await herder.deleteConnector(sink, soon());
      await waitFor(
        'the sink to be gone',
        () => !herder.metrics().some(({ tags }) => tags.connector === sink),
      );
    },
    180_000,
  );
});
