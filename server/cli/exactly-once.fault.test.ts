import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { afterAll, describe, expect, it } from 'vitest';
import { type RunningBroker, startBrokerThread } from '../broker/start-broker.ts';
import { openKafkaClient } from '../kafka/open-kafka-client.ts';
import type { KafkaClient } from '../kafka/ports/kafka-client.ts';
import { toProperties, workerSettings } from '../testing/apache-kafka/connect.ts';
import { freePort } from '../testing/apache-kafka/java.ts';
import { type BrokerUnderTest, brokers } from '../testing/brokers.ts';
import { type MillraceProcess, spawnMillrace, waitForRest } from '../testing/millrace-process.ts';
import { waitFor } from '../testing/wait.ts';

/** More of them are for those who have the time. */
const seeds = Number(process.env.MILLRACE_SEEDS ?? 5);
const linesPerRound = 800;
const patienceMs = 120_000;
const folder = mkdtempSync(join(tmpdir(), 'millrace-exactly-once-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Sequence {
  readonly name: string;
  readonly topic: string;
  readonly file: string;
  readonly config: Readonly<Record<string, string>>;
}

/** Each seed is a connector: another size of batches, another boundary, another place for offsets. */
function sequenceOf(seed: number, group: string): Sequence {
  const random = xoroshiro128plus(seed);
  const name = `${group}-${seed}`;
  const [topic, file] = [`${name}-lines`, join(folder, `${name}.txt`)];
  return {
    name,
    topic,
    file,
    config: {
      'connector.class': 'FileStreamSource',
      'exactly.once.support': 'required',
      file,
      topic,
      'batch.size': String(uniformInt(random, 3, 40)),
      ...(seed % 2 === 1 && {
        'transaction.boundary': 'interval',
        'transaction.boundary.interval.ms': String(uniformInt(random, 1, 60)),
      }),
      ...(seed % 3 === 2 && { 'offsets.storage.topic': `${name}-offsets` }),
    },
  };
}

/** Everything that a reader of committed records sees in a topic with one partition. */
class CommittedReader {
  readonly values: string[] = [];
  readonly #consumer;

  constructor(client: KafkaClient, topic: string) {
    this.#consumer = client.createConsumer({
      properties: { 'auto.offset.reset': 'earliest', 'isolation.level': 'read_committed' },
    });
    this.#consumer.assign([{ topic, partition: 0 }]);
  }

  async readUntil(count: number): Promise<void> {
    const isThere = async () => {
      for (const { records } of await this.#consumer.poll(200)) {
        for (const { value } of records) this.values.push(String(value));
      }
      return this.values.length >= count;
    };
    await waitFor(`${count} committed lines`, isThere, patienceMs).catch((error) => {
      throw new Error(`there are ${this.values.length} committed lines`, { cause: error });
    });
  }

  close(): Promise<void> {
    return this.#consumer.close(5_000);
  }
}

interface StartedWorker {
  readonly millrace: MillraceProcess;
  readonly restUrl: string;
}

interface Scene {
  readonly name: string;
  /** A broker of the test's own can be restarted. */
  readonly shared: BrokerUnderTest | null;
  readonly faults: readonly ('kill' | 'pause' | 'reconfigure' | 'broker')[];
}

const scenes = (await brokers()).map(
  (broker): Scene =>
    broker.name === 'embedded broker'
      ? { name: broker.name, shared: null, faults: ['kill', 'pause', 'broker', 'reconfigure'] }
      : { name: broker.name, shared: broker, faults: ['pause', 'kill'] },
);

describe.each(scenes)('exactly-once sources on $name', ({ name, shared, faults }) => {
  it(`show every line of ${seeds} files once and in order through ${faults.join(', ')}`, {
    timeout: 900_000,
  }, async () => {
    const group = `exactly-once-${name.replace(' ', '-').toLowerCase()}`;
    const dataDir = join(folder, `${group}-broker`);
    let own: RunningBroker | null = shared === null ? await startBrokerThread({ port: 0, dataDir }) : null;
    const bootstrap = shared?.bootstrap ?? own?.bootstrap ?? '';
    const sequences = Array.from({ length: seeds }, (_, seed) => sequenceOf(seed + 1, group));
    const random = xoroshiro128plus(seeds);
    let lines = 0;
    const addLines = () => {
      const added = Array.from({ length: linesPerRound }, (_, index) => `${lines + index}\n`).join('');
      lines += linesPerRound;
      for (const { file } of sequences) appendFileSync(file, added);
    };
    for (const { file } of sequences) writeFileSync(file, '');
    const settings = {
      'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'exactly.once.source.support': 'enabled',
      'session.timeout.ms': '6000',
      'heartbeat.interval.ms': '1000',
      'scheduled.rebalance.max.delay.ms': '0',
      'offset.storage.partitions': '3',
    };
    /** Two workers, so that work moves and one of them has the other fence. */
    const startWorker = async (index: number): Promise<StartedWorker> => {
      const port = await freePort();
      const worker = join(folder, `${group}-${index}.properties`);
      writeFileSync(worker, toProperties({ ...workerSettings(bootstrap, port, group), ...settings }));
      const millrace = spawnMillrace(['worker', worker]);
      return { millrace, restUrl: `http://127.0.0.1:${port}` };
    };
    const areReady = () =>
      Promise.all(workers.map(({ millrace, restUrl }) => waitForRest(millrace, restUrl, patienceMs)));
    const client = openKafkaClient({ properties: { 'bootstrap.servers': bootstrap } });
    const send = async (method: string, path: string, body?: object): Promise<boolean> => {
      const { restUrl } = workers[uniformInt(random, 0, workers.length - 1)] ?? { restUrl: '' };
      const answer = await fetch(`${restUrl}/connectors${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
      return answer.ok;
    };
    const forAll = (what: string, act: (sequence: Sequence) => Promise<boolean>) =>
      Promise.all(sequences.map((each) => waitFor(`${each.name} to ${what}`, () => act(each), patienceMs)));
    const readers: CommittedReader[] = [];
    const workers = [await startWorker(0), await startWorker(1)];
    try {
      await client.admin.createTopics(
        sequences.map(({ topic }) => ({ name: topic, partitions: 1, replicationFactor: 1 })),
      );
      readers.push(...sequences.map(({ topic }) => new CommittedReader(client, topic)));
      await areReady();
      await forAll('be taken', ({ name, config }) => send('PUT', `/${name}/config`, config));
      for (const fault of faults) {
        const from = lines;
        addLines();
        // Somewhere in the middle of the round, another place each time.
        const watched = readers[uniformInt(random, 0, readers.length - 1)];
        await watched
          ?.readUntil(from + uniformInt(random, 1, linesPerRound / 2))
          .catch(async (error: Error) => {
            const status = await fetch(`${workers[0]?.restUrl}/connectors?expand=status`);
            throw new Error(`${error.message}: ${await status.text()}`, { cause: error });
          });
        if (fault === 'kill') {
          const index = uniformInt(random, 0, workers.length - 1);
          await workers[index]?.millrace.kill();
          workers[index] = await startWorker(index);
          await areReady();
        } else if (fault === 'pause') {
          await forAll('be paused', ({ name }) => send('PUT', `/${name}/pause`));
          await forAll('be resumed', ({ name }) => send('PUT', `/${name}/resume`));
        } else if (fault === 'reconfigure') {
          await forAll('be changed', ({ name, config }) =>
            send('PUT', `/${name}/config`, { ...config, 'batch.size': '17' }),
          );
        } else if (own !== null) {
          const { port: brokerPort } = own;
          await own.stop();
          own = await startBrokerThread({ port: brokerPort, dataDir });
        }
      }
      addLines();
      const expected = Array.from({ length: lines }, (_, line) => String(line));
      for (const [index, reader] of readers.entries()) {
        await reader.readUntil(lines).catch(async (error: Error) => {
          const status = await fetch(`${workers[0]?.restUrl}/connectors/${sequences[index]?.name}/status`);
          throw new Error(`${error.message}: ${await status.text()}`, { cause: error });
        });
        expect(reader.values).toEqual(expected);
      }
    } finally {
      await Promise.all(workers.map(({ millrace }) => millrace.kill()));
      await Promise.all(readers.map((reader) => reader.close()));
      await client.close();
      await own?.stop();
    }
  });
});
