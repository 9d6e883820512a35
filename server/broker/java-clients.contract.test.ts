import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startJavaConnect } from '../testing/apache-kafka/connect.ts';
import { runJava } from '../testing/apache-kafka/java.ts';
import { waitFor } from '../testing/wait.ts';
import { sampleDataDir, startSampleBroker } from './sample-broker.ts';
import { type RunningBroker, startBrokerThread } from './start-broker.ts';
import { type JavaTools, startJavaTools } from './testing/java-tools.ts';

/** Java's own clients, tools and Kafka Connect, of the newest protocol versions, against the embedded broker. */

const tools = 'org.apache.kafka.tools';
const patience = { timeout: 180_000 };

describe('the tools of Apache Kafka', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-java-tools-'));
  let broker: RunningBroker;
  let java: JavaTools;

  beforeAll(async () => {
    broker = await startBrokerThread({ port: 0, dataDir: join(folder, 'data') });
    java = await startJavaTools();
  }, 60_000);

  afterAll(async () => {
    java.stop();
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What a tool says; it must end well. */
  async function run(main: string, args: readonly string[], input?: string): Promise<string> {
    const all = ['--bootstrap-server', broker.bootstrap, ...args];
    const { code, output, errors } = await java.run(main, all, input);
    expect(code, `${output}\n${errors}`).toBe(0);
    return output;
  }

  async function fail(main: string, args: readonly string[]): Promise<string> {
    const { code, output, errors } = await java.run(main, ['--bootstrap-server', broker.bootstrap, ...args]);
    expect(code, output).not.toBe(0);
    return `${output}\n${errors}`;
  }

  const topics = (...args: string[]) => run(`${tools}.TopicCommand`, args);
  const configs = (...args: string[]) => run('kafka.admin.ConfigCommand', args);
  const groups = (...args: string[]) => run(`${tools}.consumer.group.ConsumerGroupCommand`, args);
  const offsets = (...args: string[]) => run(`${tools}.GetOffsetShell`, args);
  const lines = (text: string) => text.trimEnd().split('\n');

  it('kafka-topics creates, lists, describes, alters and deletes', patience, async () => {
    await topics('--create', '--topic', 'made', '--partitions', '2', '--config', 'retention.ms=5000');
    expect(lines(await topics('--list'))).toContain('made');
    await topics('--alter', '--topic', 'made', '--partitions', '3');
    const described = await topics('--describe', '--topic', 'made');
    expect(described).toMatch(/PartitionCount: 3\s+ReplicationFactor: 1\s+Configs: .*retention\.ms=5000/);
    expect(await fail(`${tools}.TopicCommand`, ['--create', '--topic', 'made'])).toContain('already exists');
    await topics('--delete', '--topic', 'made');
    expect(lines(await topics('--list'))).not.toContain('made');
  });

  it('kafka-configs changes topics and the broker', patience, async () => {
    await topics('--create', '--topic', 'set');
    const topic = ['--entity-type', 'topics', '--entity-name', 'set'];
    await configs('--alter', ...topic, '--add-config', 'retention.ms=5000,cleanup.policy=[compact,delete]');
    const set = await configs('--describe', ...topic);
    expect(set).toContain('retention.ms=5000');
    expect(set).toContain('cleanup.policy=compact,delete');
    await configs('--alter', ...topic, '--delete-config', 'retention.ms');
    expect(await configs('--describe', ...topic)).not.toContain('retention.ms=5000');
    const node = ['--entity-type', 'brokers', '--entity-name', '1'];
    await configs('--alter', ...node, '--add-config', 'log.retention.bytes=900000000');
    expect(await configs('--describe', ...node)).toContain('log.retention.bytes=900000000');
    await configs('--alter', ...node, '--delete-config', 'log.retention.bytes');
    expect(await configs('--describe', ...node)).not.toContain('log.retention.bytes=900000000');
    expect(await configs('--describe', '--entity-type', 'users', '--entity-name', 'nobody')).toBe('');
  });

  it(
    'what the console producer writes, the console consumer reads, in every compression',
    patience,
    async () => {
      for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd']) {
        await run(
          `${tools}.ConsoleProducer`,
          ['--topic', `said-${codec}`, '--compression-codec', codec],
          'one\ntwo\nthree\n',
        );
        const read = await run(`${tools}.consumer.ConsoleConsumer`, [
          ...['--topic', `said-${codec}`, '--from-beginning', '--max-messages', '3', '--timeout-ms', '30000'],
        ]);
        expect(lines(read).slice(0, 3), codec).toEqual(['one', 'two', 'three']);
      }
    },
  );

  it('the performance tools write and read, also in transactions', patience, async () => {
    await topics('--create', '--topic', 'fast', '--partitions', '2');
    const written = await run(`${tools}.ProducerPerformance`, [
      ...['--topic', 'fast', '--num-records', '20000', '--record-size', '100', '--throughput', '-1'],
      ...['--transactional-id', 'tx', '--transaction-duration-ms', '20'],
    ]);
    expect(written).toContain('20000 records sent');
    const read = await run(`${tools}.ConsumerPerformance`, [
      ...['--topic', 'fast', '--num-records', '20000', '--group', 'fast-readers', '--timeout', '30000'],
    ]);
    expect(lines(read).at(-1)?.split(', ')[4]).toBe('20000');
    expect(await run(`${tools}.TransactionsCommand`, ['list'])).toMatch(/tx\s+1\s+\d+\s+CompleteCommit/);
    const described = await run(`${tools}.TransactionsCommand`, ['describe', '--transactional-id', 'tx']);
    expect(described).toMatch(/1\s+tx\s+\d+\s+\d+\s+CompleteCommit/);
    const producers = await run(`${tools}.TransactionsCommand`, [
      ...['describe-producers', '--topic', 'fast', '--partition', '0'],
    ]);
    expect(producers).toMatch(/ProducerId\s+ProducerEpoch/);
  });

  it('the verifiable producer and consumer agree', patience, async () => {
    // It sends the rest when its virtual machine ends, so it has one of its own.
    const written = await runJava(`${tools}.VerifiableProducer`, [
      ...['--bootstrap-server', broker.bootstrap, '--topic', 'sure', '--max-messages', '500'],
    ]);
    expect(written).toContain('"sent":500,"acked":500');
    const read = await run(`${tools}.VerifiableConsumer`, [
      ...[
        '--topic',
        'sure',
        '--group-id',
        'sure-readers',
        '--max-messages',
        '500',
        '--reset-policy',
        'earliest',
      ],
    ]);
    const consumed = lines(read).filter((line) => line.includes('"records_consumed"'));
    const count = consumed.reduce((sum, line) => sum + Number(/"count":(\d+)/.exec(line)?.[1]), 0);
    expect(count).toBe(500);
  });

  it('a transactional producer copies records with their offsets exactly once', patience, async () => {
    const values = Array.from({ length: 100 }, (_, n) => `value-${n}`);
    await run(`${tools}.ConsoleProducer`, ['--topic', 'originals'], `${values.join('\n')}\n`);
    const copied = await java.run('CopyInTransactions', [broker.bootstrap, 'originals', 'copies', '100']);
    expect(copied.code, copied.errors).toBe(0);
    const read = await run(`${tools}.consumer.ConsoleConsumer`, [
      ...['--topic', 'copies', '--from-beginning', '--isolation-level', 'read_committed'],
      ...['--max-messages', '100', '--timeout-ms', '30000'],
    ]);
    expect(lines(read).slice(0, 100)).toEqual(values);
    expect(await groups('--describe', '--group', 'copier')).toMatch(/copier\s+originals\s+0\s+100\s+100\s+0/);
  });

  it('kafka-consumer-groups lists, describes, resets and deletes', patience, async () => {
    await run(`${tools}.ConsoleProducer`, ['--topic', 'grouped'], 'a\nb\nc\nd\n');
    await run(`${tools}.consumer.ConsoleConsumer`, [
      ...['--topic', 'grouped', '--from-beginning', '--group', 'readers'],
      ...['--max-messages', '4', '--timeout-ms', '30000'],
    ]);
    expect(lines(await groups('--list'))).toContain('readers');
    expect(await groups('--describe', '--group', 'readers')).toMatch(/readers\s+grouped\s+0\s+4\s+4\s+0/);
    expect(await groups('--describe', '--group', 'readers', '--state')).toMatch(/readers\s.*Empty\s+0/);
    const toGroup = ['--group', 'readers', '--topic', 'grouped'];
    await groups('--reset-offsets', ...toGroup, '--shift-by', '-3', '--execute');
    expect(await groups('--describe', '--group', 'readers')).toMatch(/readers\s+grouped\s+0\s+1\s+4\s+3/);
    await groups('--delete-offsets', ...toGroup);
    await groups('--delete', '--group', 'readers');
    expect(lines(await groups('--list'))).not.toContain('readers');
    expect(await run(`${tools}.GroupsCommand`, ['--list'])).not.toMatch(/^readers/m);
  });

  it('consumers of the newer group protocol share and give back', patience, async () => {
    const values = Array.from({ length: 50 }, (_, n) => `v${n}`);
    await topics('--create', '--topic', 'newer', '--partitions', '3');
    await run(`${tools}.ConsoleProducer`, ['--topic', 'newer'], `${values.join('\n')}\n`);
    const read = await run(`${tools}.consumer.ConsoleConsumer`, [
      ...['--topic', 'newer', '--from-beginning', '--group', 'newer-readers'],
      ...['--command-property', 'group.protocol=consumer', '--max-messages', '50', '--timeout-ms', '30000'],
    ]);
    expect(lines(read).toSorted()).toEqual(values.toSorted());
    const described = await groups('--describe', '--group', 'newer-readers');
    expect(described).toMatch(/newer-readers\s+newer\s+0/);
    expect(await groups('--list', '--type', 'consumer')).toContain('newer-readers');
    const reset = ['--group', 'newer-readers', '--topic', 'newer', '--to-earliest', '--execute'];
    await groups('--reset-offsets', ...reset);
    await groups('--delete', '--group', 'newer-readers');
  });

  it('kafka-get-offsets finds places, kafka-delete-records moves the start', patience, async () => {
    await run(`${tools}.ConsoleProducer`, ['--topic', 'places'], 'a\nb\nc\nd\n');
    expect(await offsets('--topic', 'places')).toContain('places:0:4');
    expect(await offsets('--topic', 'places', '--time', 'earliest')).toContain('places:0:0');
    expect(await offsets('--topic', 'places', '--time', 'max-timestamp')).toMatch(/places:0:[0-3]/);
    const file = join(folder, 'deletion.json');
    const partitions = [{ topic: 'places', partition: 0, offset: 3 }];
    await writeFile(file, JSON.stringify({ partitions, version: 1 }));
    const deleted = await run(`${tools}.DeleteRecordsCommand`, ['--offset-json-file', file]);
    expect(deleted).toMatch(/places-0\s+low_watermark: 3/);
    expect(await offsets('--topic', 'places', '--time', 'earliest')).toContain('places:0:3');
  });

  it('kafka-acls is told that there is no authorizer', patience, async () => {
    const { output, errors } = await java.run(`${tools}.AclCommand`, [
      ...['--bootstrap-server', broker.bootstrap, '--list'],
    ]);
    expect(output + errors).toContain('No Authorizer is configured');
  });

  it('the tools that look at brokers find one', patience, async () => {
    const versions = await run(`${tools}.BrokerApiVersionsCommand`, []);
    expect(versions).toMatch(/127\.0\.0\.1:\d+ \(id: 1/);
    expect(versions).toMatch(/Produce\(0\): 0 to 13/);
    expect(await run(`${tools}.LogDirsCommand`, ['--describe'])).toContain('"broker":1');
    expect(await run(`${tools}.FeatureCommand`, ['describe'])).toMatch(
      /transaction\.version.*FinalizedVersionLevel: 2/,
    );
    const cluster = await java.run(`${tools}.ClusterTool`, [
      'cluster-id',
      '--bootstrap-server',
      broker.bootstrap,
    ]);
    expect(cluster.output).toMatch(/Cluster ID: [\w-]{22}/);
    const election = ['--election-type', 'preferred', '--all-topic-partitions'];
    await run(`${tools}.LeaderElectionCommand`, election);
  });

  it('want the right password where one is asked for', patience, async () => {
    const guarded = await startSampleBroker({ sasl: { users: { alice: 'right' } } });
    const list = async (password: string) => {
      const file = join(folder, 'client.properties');
      await writeFile(
        file,
        'security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\nsasl.jaas.config=' +
          `org.apache.kafka.common.security.plain.PlainLoginModule required username="alice" password="${password}";\n`,
      );
      const args = ['--bootstrap-server', guarded.bootstrap, '--command-config', file, '--list'];
      return await java.run(`${tools}.TopicCommand`, args);
    };
    expect(await list('right')).toMatchObject({ code: 0 });
    const { code, output, errors } = await list('wrong');
    expect(code).not.toBe(0);
    expect(output + errors).toContain('Invalid username or password');
  });
});

describe('Java Kafka Connect', () => {
  it('carries lines from a file through a topic into a file, exactly once', patience, async () => {
    const { bootstrap } = await startSampleBroker();
    const folder = sampleDataDir();
    const [from, to] = [join(folder, 'from.txt'), join(folder, 'to.txt')];
    await writeFile(from, 'one\ntwo\n');
    const connect = await startJavaConnect(bootstrap, {
      'offset.flush.interval.ms': '500',
      'exactly.once.source.support': 'enabled',
    });
    onTestFinished(async () => await connect.stop());
    const create = async (name: string, config: Record<string, string>): Promise<void> => {
      const answer = await fetch(`${connect.restUrl}/connectors`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name, config }),
      });
      expect(answer.status, await answer.text()).toBe(201);
    };
    const converter = 'org.apache.kafka.connect.storage.StringConverter';
    await create('source', {
      'connector.class': 'org.apache.kafka.connect.file.FileStreamSourceConnector',
      topic: 'lines',
      file: from,
      'value.converter': converter,
    });
    await create('sink', {
      'connector.class': 'org.apache.kafka.connect.file.FileStreamSinkConnector',
      topics: 'lines',
      file: to,
      'value.converter': converter,
    });
    const sink = async () => await readFile(to, 'utf8');
    await waitFor('both lines in the sink', async () => (await sink()) === 'one\ntwo\n', 60_000);
    await writeFile(from, 'three\n', { flag: 'a' });
    await waitFor('the third line', async () => (await sink()) === 'one\ntwo\nthree\n', 30_000);
    const tasks = await (await fetch(`${connect.restUrl}/connectors/sink/status`)).json();
    expect(tasks).toMatchObject({ tasks: [{ state: 'RUNNING' }] });
  });
});
