import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runJava, startJava } from '../../testing/apache-kafka/java.ts';
import { brokers } from '../../testing/brokers.ts';
import { waitFor } from '../../testing/wait.ts';
import { append, failureOf, transactionBench } from './testing/transaction-suite.ts';

const tools = 'org.apache.kafka.tools';
const slow = 120_000;

describe.each(await brokers())('transactions beside others on $name', ({ bootstrap }) => {
  const bench = transactionBench(() => bootstrap);

  function perfArgs(records: number, throughput: number): string[] {
    return [
      ...['--topic', bench.topic, '--num-records', String(records), '--record-size', '20'],
      ...['--throughput', String(throughput), '--bootstrap-server', bootstrap],
      ...['--transactional-id', bench.transactionalId, '--transaction-duration-ms', '100'],
    ];
  }

  test('show a Java consumer exactly the committed records', { timeout: slow }, async () => {
    const producer = await bench.open({ 'compression.type': 'lz4', 'batch.size': '500' });
    const expected: string[] = [];
    for (let i = 0; i < 20; i++) {
      const isCommit = i % 3 !== 1;
      producer.beginTransaction();
      for (let j = 0; j < 50; j++) {
        const value = `${isCommit ? 'committed' : 'aborted'} ${i} ${j}`;
        while (!producer.append({ topic: bench.topic, partition: 0, key: null, value }, value)) {
          await producer.ready();
        }
        if (isCommit) expected.push(value);
      }
      await producer.flush();
      if (isCommit) await producer.commitTransaction();
      else await producer.abortTransaction();
    }
    const output = await runJava(`${tools}.consumer.ConsoleConsumer`, [
      ...['--bootstrap-server', bootstrap, '--topic', bench.topic, '--partition', '0', '--from-beginning'],
      ...['--isolation-level', 'read_committed', '--max-messages', String(expected.length)],
      ...['--timeout-ms', '50000'],
    ]);
    expect(output.trimEnd().split('\n')).toEqual(expected);
  });

  test('are fenced by a Java producer with the same transactional id', { timeout: slow }, async () => {
    const producer = await bench.open();
    producer.beginTransaction();
    await append(producer, bench.topic, ['ours', 'ours too']);
    await producer.flush();
    await runJava(`${tools}.ProducerPerformance`, perfArgs(20, -1));
    expect(await failureOf(producer.commitTransaction())).toBe('PRODUCER_FENCED');
    expect(producer.isFatal).toBe(true);
    const values = await bench.read('read_committed');
    expect(values).toHaveLength(20);
    expect(values.some((value) => value.startsWith('ours'))).toBe(false);
  });

  test('fence a Java producer with the same transactional id', { timeout: slow }, async () => {
    const log = join(tmpdir(), `java-${bench.transactionalId}.log`);
    const java = await startJava({
      mainClass: `${tools}.ProducerPerformance`,
      args: perfArgs(1_000_000, 200),
      log,
    });
    try {
      await waitFor(
        'the Java producer to write',
        async () => {
          const partitions = [0, 1].map((partition) => ({ topic: bench.topic, partition }));
          const ends = await bench.client.admin.listOffsets(partitions, 'latest');
          return ends.some(({ offset }) => offset > 10);
        },
        60_000,
      );
      const producer = await bench.open();
      producer.beginTransaction();
      await append(producer, bench.topic, ['ours']);
      await producer.commitTransaction();
      expect(await java.exited).not.toBe(0);
      // Which of them depends on what it was just about to do.
      expect(await readFile(log, 'utf8')).toMatch(
        /ProducerFencedException|InvalidProducerEpochException|InvalidTxnStateException/,
      );
      expect(await bench.read('read_committed')).toContain('ours');
    } finally {
      await java.stop();
      await rm(log, { force: true });
    }
  });

  test('leave nothing behind of a process that is killed in one', async () => {
    const script = join(import.meta.dirname, 'testing/crashing-producer.ts');
    const args = [script, bootstrap, bench.topic, bench.transactionalId];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    try {
      const [said] = await Promise.race([once(child.stdout, 'data'), exited]);
      expect(String(said)).toBe('open\n');
    } finally {
      child.kill('SIGKILL');
      await exited;
    }
    const producer = await bench.open();
    producer.beginTransaction();
    await append(producer, bench.topic, ['0', '1']);
    await producer.commitTransaction();
    expect(await bench.read('read_uncommitted')).toHaveLength(12);
    expect(await bench.read('read_committed')).toEqual(['0', '1']);
  });
});
