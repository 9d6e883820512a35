import { ConnectError } from '../../errors/connect-error.ts';
import { MemoryConfigStore } from '../../storage/memory-config-store.ts';
import { MemoryOffsetStore } from '../../storage/memory-offset-store.ts';
import { MemoryStatusStore } from '../../storage/memory-status-store.ts';
import { RecordingWorker } from '../distributed/testing/recording-worker.ts';
import { WorkerCluster } from '../distributed/testing/worker-cluster.ts';
import type { Herder } from '../herder.ts';
import { HerderEventLog } from '../herder-event-log.ts';
import { StandaloneHerder } from '../standalone/standalone-herder.ts';
import { ConnectorValidator } from '../validate-connector.ts';
import { parseStandaloneWorker } from '../worker-config.ts';
import { pluginList } from './plugin-list.ts';
import { recordingSink, sequenceSource } from './sequence-connectors.ts';
import { textConverter, textHeaderConverter } from './text-plugins.ts';

export interface HerderScene {
  readonly herder: Herder;
  readonly worker: RecordingWorker;
  stop(): Promise<void>;
}

export interface HerderBody {
  readonly name: string;
  start(settings?: Readonly<Record<string, string>>): Promise<HerderScene>;
}

/** A standalone herder that is not started yet; `describeCluster` may fail as the test likes. */
export function createStandalone(
  settings: Readonly<Record<string, string>> = {},
  describeCluster = async () => ({ clusterId: 'cluster-1', controllerId: 1, brokers: [] }),
): { readonly herder: StandaloneHerder; readonly worker: RecordingWorker; readonly lines: string[] } {
  const workerSettings = parseStandaloneWorker({
    'bootstrap.servers': 'kafka:9092',
    'key.converter': textConverter.className,
    'value.converter': textConverter.className,
    'header.converter': textHeaderConverter.className,
    'offset.storage.file.filename': 'unused',
    ...settings,
  });
  const { config } = workerSettings;
  const plugins = pluginList([sequenceSource, recordingSink, textConverter, textHeaderConverter]);
  const lines: string[] = [];
  let worker: RecordingWorker | undefined;
  const herder = new StandaloneHerder({
    config,
    workerId: 'worker1:8083',
    version: '0.0.1',
    kafka: { admin: { describeCluster } },
    configStore: new MemoryConfigStore(),
    statusStore: new MemoryStatusStore(),
    offsetStore: new MemoryOffsetStore(),
    createWorker: (listener) => {
      worker = new RecordingWorker(listener);
      return worker;
    },
    plugins,
    validator: new ConnectorValidator({ plugins, worker: workerSettings, group: null }),
    events: new HerderEventLog(),
    log: (level, message) => void lines.push(`${level} ${message}`),
  });
  if (worker === undefined) throw new ConnectError('illegal-state', 'the herder made no worker');
  return { herder, worker, lines };
}

/** Every body of the herder port, over a worker that runs nothing. */
export const herderBodies: readonly HerderBody[] = [
  {
    name: 'standalone',
    start: async (settings) => {
      const { herder, worker } = createStandalone(settings);
      await herder.start(AbortSignal.timeout(10_000));
      return { herder, worker, stop: () => herder.stop() };
    },
  },
  {
    name: 'distributed',
    start: async (settings) => {
      const cluster = new WorkerCluster();
      const { herder, worker } = await cluster.start(settings);
      return { herder, worker, stop: () => cluster.stop() };
    },
  },
];
