import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApacheKafka, startApacheKafka } from '../../testing/apache-kafka/broker.ts';
import { runJava } from '../../testing/apache-kafka/java.ts';
import { waitFor } from '../../testing/wait.ts';
import { append, failureOf, transactionBench, transactionSuite } from './testing/transaction-suite.ts';

let kafka: ApacheKafka;
const bootstrap = (): string => kafka.bootstrap;

beforeAll(async () => {
  kafka = await startApacheKafka({ 'transaction.abort.timed.out.transaction.cleanup.interval.ms': '200' });
}, 120_000);

afterAll(async () => {
  await kafka.stop();
});

async function setTransactionVersion(command: 'upgrade' | 'downgrade', version: number): Promise<void> {
  const server = ['--bootstrap-server', kafka.bootstrap];
  const feature = ['--feature', `transaction.version=${version}`];
  await runJava('org.apache.kafka.tools.FeatureCommand', [...server, command, ...feature]);
  await waitFor(`transaction.version ${version}`, async () => {
    const features = await runJava('org.apache.kafka.tools.FeatureCommand', [...server, 'describe']);
    return new RegExp(`transaction.version\\s.*FinalizedVersionLevel: ${version}\\s`).test(features);
  });
}

interface VersionTraits {
  /** How the epoch grows with each transaction. */
  readonly epochsPerTransaction: number;
  /** What a commit is answered after the broker aborted the transaction by itself. */
  readonly afterTimeout: string;
}

function versionSuite({ epochsPerTransaction, afterTimeout }: VersionTraits): void {
  const bench = transactionBench(bootstrap);

  test('takes its epoch from the broker', async () => {
    const producer = await bench.open();
    const epochs: number[] = [];
    for (let i = 0; i < 3; i++) {
      producer.beginTransaction();
      await append(producer, bench.topic, [`${i}`]);
      await producer.flush();
      const [described] = await bench.client.inspection.describeTransactions([bench.transactionalId]);
      epochs.push(described?.producerEpoch ?? -1);
      await producer.commitTransaction();
    }
    expect(epochs).toEqual([0, 1, 2].map((i) => i * epochsPerTransaction));
  });

  test('is fatal for the producer when the broker has aborted what took too long', async () => {
    const slow = await bench.open({ 'transaction.timeout.ms': '300' });
    slow.beginTransaction();
    await append(slow, bench.topic, ['slow 0', 'slow 1']);
    await slow.flush();
    await waitFor('the transaction to time out', async () => {
      const [described] = await bench.client.inspection.describeTransactions([bench.transactionalId]);
      return described?.state === 'CompleteAbort';
    });
    expect(await failureOf(slow.commitTransaction())).toBe(afterTimeout);
    expect(slow.isFatal).toBe(true);
    const next = await bench.open();
    next.beginTransaction();
    await append(next, bench.topic, ['next']);
    await next.commitTransaction();
    expect(await bench.read('read_committed')).toEqual(['next']);
  });
}

describe('with transaction.version 2 of Apache Kafka, a transaction', () => {
  versionSuite({ epochsPerTransaction: 1, afterTimeout: 'INVALID_TXN_STATE' });
});

describe('with transaction.version 1 of Apache Kafka', () => {
  beforeAll(async () => {
    await setTransactionVersion('downgrade', 1);
  }, 120_000);

  transactionSuite(bootstrap);

  describe('a transaction', () => {
    versionSuite({ epochsPerTransaction: 0, afterTimeout: 'PRODUCER_FENCED' });
  });
});
