import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openKafkaClient } from '../../kafka/open-kafka-client.ts';
import { KafkaOffsetStore } from '../../storage/kafka-offset-store.ts';
import { startJavaConnect } from '../../testing/apache-kafka/connect.ts';
import { brokers } from '../../testing/brokers.ts';
import { waitFor as waitForAtMost } from '../../testing/wait.ts';
import { withoutNulls } from '../validate-connector.ts';
import { WorkerCluster } from './testing/worker-cluster.ts';

/** Java workers take their time on a busy machine. */
const waitFor: typeof waitForAtMost = (what, probe) => waitForAtMost(what, probe, 60_000);

const [kafka] = (await brokers()).filter(({ name }) => name === 'Apache Kafka');

test.runIf(kafka !== undefined)(
  'shares a group and its topics with Java workers: follows one, takes over from it, leads one',
  { timeout: 300_000 },
  async () => {
    const bootstrap = kafka?.bootstrap ?? '';
    const folder = await mkdtemp(join(tmpdir(), 'millrace-java-workers-'));
    const id = randomUUID();
    const shared = {
      'group.id': `group-${id}`,
      'config.storage.topic': `configs-${id}`,
      'offset.storage.topic': `offsets-${id}`,
      'status.storage.topic': `statuses-${id}`,
      'scheduled.rebalance.max.delay.ms': '500',
      'heartbeat.interval.ms': '500',
    };
    const javaSettings = {
      ...shared,
      'offset.flush.interval.ms': '300',
      'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
    };
    const client = openKafkaClient({ properties: { 'bootstrap.servers': bootstrap } });
    const cluster = new WorkerCluster(client);
    let java = await startJavaConnect(bootstrap, javaSettings);
    try {
      const read = async (path: string) => await (await fetch(`${java.restUrl}${path}`)).json();
      await writeFile(join(folder, 'input'), 'one\ntwo\n');
      for (const name of ['java-a', 'java-b']) {
        const answer = await fetch(`${java.restUrl}/connectors`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            name,
            config: {
              'connector.class': 'FileStreamSource',
              topic: `lines-${id}`,
              file: join(folder, 'input'),
            },
          }),
        });
        expect(answer.status).toBe(201);
      }
      await waitFor('offsets of both', async () => {
        const all = await Promise.all(
          ['java-a', 'java-b'].map((name) => read(`/connectors/${name}/offsets`)),
        );
        return all.every(({ offsets }) => offsets.length === 1);
      });

      const { herder, worker } = cluster.create(shared);
      // As Java's connector makes them, so that neither side publishes anew.
      worker.taskConfigsOf = async (_name, config) => [
        { ...withoutNulls(config), 'task.class': 'org.apache.kafka.connect.file.FileStreamSourceTask' },
      ];
      await herder.start(AbortSignal.timeout(60_000));
      await waitFor('a share', () => worker.connectors.size === 1 && worker.tasks.size === 1);
      expect(await herder.workers()).toMatchObject([
        { leader: false, self: true },
        { leader: true, self: false },
      ]);
      const ours = worker.connectorNames()[0] ?? '';
      expect(worker.connectors.get(ours)?.config).toMatchObject({ name: ours, file: join(folder, 'input') });
      await waitFor('Java to show our status', async () => {
        const { connector } = await read(`/connectors/${ours}/status`);
        return connector.worker_id === 'worker1:8083' && connector.state === 'RUNNING';
      });

      await java.stop();
      await waitFor('all work', () => worker.connectors.size === 2 && worker.tasks.size === 2);
      await waitFor('our states', async () => {
        const states = await Promise.all(['java-a', 'java-b'].map((name) => herder.connectorStatus(name)));
        return states.every(
          ({ tasks }) => tasks[0]?.state === 'RUNNING' && tasks[0].workerId === 'worker1:8083',
        );
      });
      const topic = {
        name: shared['offset.storage.topic'],
        configKey: '',
        partitions: 25,
        replicationFactor: 1,
        settings: {},
      };
      const offsets = new KafkaOffsetStore(client, topic, () => {});
      await offsets.start(AbortSignal.timeout(20_000));
      expect(await offsets.all('java-a')).toEqual([
        { partition: { filename: join(folder, 'input') }, offset: { position: 8 } },
      ]);
      await offsets.stop();

      java = await startJavaConnect(bootstrap, javaSettings);
      await waitFor(
        'Java to have its share again',
        () => worker.connectors.size === 1 && worker.tasks.size === 1,
      );
      expect(await herder.workers()).toMatchObject([{ leader: true, self: true }, { leader: false }]);
      await waitFor('both to run, one on each', async () => {
        const states = await Promise.all(
          ['java-a', 'java-b'].map((name) => read(`/connectors/${name}/status`)),
        );
        const workers = states.flatMap(({ connector, tasks }) => [connector, tasks[0]]);
        return (
          workers.every((each) => each?.state === 'RUNNING') &&
          new Set(states.map(({ connector }) => connector.worker_id)).size === 2
        );
      });
    } finally {
      await cluster.stop();
      await java.stop();
      await client.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
);
