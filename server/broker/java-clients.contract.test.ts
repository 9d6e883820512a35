import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startJavaConnect } from '../testing/apache-kafka/connect.ts';
import { runJava } from '../testing/apache-kafka/java.ts';
import { waitFor } from '../testing/wait.ts';
import { sampleDataDir, startSampleBroker } from './sample-broker.ts';

/** Java's own clients of the newest protocol versions against the embedded broker. */

const tools = 'org.apache.kafka.tools';

it('serves the Java tools: topics, transactional writes, groups and configs', {
  timeout: 180_000,
}, async () => {
  const { bootstrap } = await startSampleBroker();
  const to = ['--bootstrap-server', bootstrap];
  await runJava(`${tools}.TopicCommand`, [...to, '--create', '--topic', 't', '--partitions', '2']);
  const described = await runJava(`${tools}.TopicCommand`, [...to, '--describe', '--topic', 't']);
  expect(described).toMatch(/PartitionCount: 2\s+ReplicationFactor: 1/);
  const written = await runJava(`${tools}.ProducerPerformance`, [
    ...to,
    ...['--topic', 't', '--num-records', '20000', '--record-size', '100', '--throughput', '-1'],
    ...['--transactional-id', 'tx', '--transaction-duration-ms', '20'],
  ]);
  expect(written).toContain('20000 records sent');
  const read = await runJava(`${tools}.consumer.ConsoleConsumer`, [
    ...to,
    ...['--topic', 't', '--from-beginning', '--group', 'readers', '--isolation-level', 'read_committed'],
    ...['--max-messages', '20000', '--timeout-ms', '30000'],
  ]);
  expect(read.trimEnd().split('\n')).toHaveLength(20_000);
  const [group, transactions] = await Promise.all([
    runJava(`${tools}.consumer.group.ConsumerGroupCommand`, [...to, '--describe', '--group', 'readers']),
    runJava(`${tools}.TransactionsCommand`, [...to, 'list']),
  ]);
  expect(group).toMatch(/readers\s+t\s+0\s+\d+\s+\d+\s+\d+/);
  expect(transactions).toMatch(/tx\s+1\s+\d+\s+CompleteCommit/);
  await runJava('kafka.admin.ConfigCommand', [
    ...to,
    '--alter',
    '--topic',
    't',
    '--add-config',
    'retention.ms=5000',
  ]);
  const configs = await runJava('kafka.admin.ConfigCommand', [...to, '--describe', '--topic', 't']);
  expect(configs).toContain('retention.ms=5000');
});

it('serves Java Kafka Connect, exactly once: lines go from a file through a topic into a file', {
  timeout: 180_000,
}, async () => {
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
  await waitFor('both lines in the sink', async () => (await readFile(to, 'utf8')) === 'one\ntwo\n', 60_000);
  await writeFile(from, 'three\n', { flag: 'a' });
  await waitFor('the third line', async () => (await readFile(to, 'utf8')) === 'one\ntwo\nthree\n', 30_000);
  const tasks = await (await fetch(`${connect.restUrl}/connectors/sink/status`)).json();
  expect(tasks).toMatchObject({ tasks: [{ state: 'RUNNING' }] });
});
