import { type ChildProcess, execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kafkaErrors } from '../kafka/protocol/error-codes.ts';
import { createTopicsApi } from '../kafka/protocol/generated/create-topics.js';
import { fetchApi } from '../kafka/protocol/generated/fetch.js';
import { produceApi } from '../kafka/protocol/generated/produce.js';
import { sampleBatch } from './log/sample-batches.ts';
import { openSampleLog, readBack } from './log/sample-log.ts';
import { SampleClient } from './network/sample-client.ts';
import { sampleDataDir } from './sample-broker.ts';
import { spawnSampleBroker } from './spawn-sample-broker.ts';

/**
 * A limit on the size of files stands for a full disk: writes end short, then fail, and the limit can be lifted again.
 * It needs Linux and its `prlimit`.
 */
function limitFiles({ pid }: ChildProcess, bytes: number | 'unlimited'): void {
  execFileSync('prlimit', [`--pid=${pid}`, `--fsize=${bytes}:unlimited`]);
}

const topic = 'filling';
const valueBytes = 1000;

async function createTopic(client: SampleClient, name: string) {
  const { topics } = await client.request(createTopicsApi, 7, {
    topics: [{ name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }],
    timeoutMs: 1000,
  });
  return topics[0];
}

async function produce(client: SampleClient, text: string) {
  const records = sampleBatch([{ value: text.padEnd(valueBytes, '.') }]);
  const { responses } = await client.request(produceApi, 12, {
    acks: -1,
    transactionalId: null,
    timeoutMs: 1000,
    topicData: [{ name: topic, partitionData: [{ index: 0, records }] }],
  });
  const answer = responses[0]?.partitionResponses[0];
  if (answer === undefined) throw new Error('no answer for the partition');
  return answer;
}

/** Writes until a write is refused; answers how many were taken and what the refusal says. */
async function fill(
  client: SampleClient,
): Promise<{ readonly taken: number; readonly error: number; readonly message: string | null }> {
  for (let taken = 0; taken < 1000; taken++) {
    const { errorCode, errorMessage } = await produce(client, `v${taken}`);
    if (errorCode !== 0) return { taken, error: errorCode, message: errorMessage };
  }
  throw new Error('the limit was never reached');
}

async function readableBytes(client: SampleClient): Promise<number> {
  const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 10_000_000 }];
  const { responses } = await client.request(fetchApi, 12, {
    maxWaitMs: 0,
    minBytes: 0,
    topics: [{ topic, partitions }],
  });
  return responses[0]?.partitions[0]?.records?.length ?? 0;
}

describe('a broker whose disk is full', () => {
  it('tells producers, keeps serving readers, has no torn tail, and goes on when there is room again', async () => {
    const dataDir = sampleDataDir();
    const { child, port, kill } = await spawnSampleBroker(0, dataDir);
    const client = await SampleClient.connect(port);
    await createTopic(client, topic);
    // Room for a part of a batch at the end, so that the last write breaks off in the middle.
    limitFiles(child, 50 * 1024);
    const { taken, error, message } = await fill(client);
    expect(error).toBe(kafkaErrors.KAFKA_STORAGE_ERROR);
    expect(message).toContain('EFBIG');
    expect(taken).toBeGreaterThan(30);
    const file = join(dataDir, 'logs', `${topic}-0`, '00000000000000000000.log');
    const { size } = statSync(file);
    expect(await readableBytes(client)).toBe(size);
    for (let again = 0; again < 3; again++) {
      expect((await produce(client, 'refused')).errorCode).toBe(kafkaErrors.KAFKA_STORAGE_ERROR);
    }
    expect(statSync(file).size).toBe(size);
    limitFiles(child, 'unlimited');
    expect(await produce(client, 'after')).toMatchObject({ errorCode: 0, baseOffset: taken });
    await kill();
    const values = readBack(openSampleLog(join(dataDir, 'logs', `${topic}-0`))).map(({ value }) => value);
    expect(values).toHaveLength(taken + 1);
    expect(values.at(-1)).toMatch(/^after/);
  });

  it('has what was acknowledged when it is killed while the disk is full', async () => {
    const dataDir = sampleDataDir();
    const { child, port, kill } = await spawnSampleBroker(0, dataDir);
    const client = await SampleClient.connect(port);
    await createTopic(client, topic);
    limitFiles(child, 20_000);
    const { taken } = await fill(client);
    await kill();
    const again = await spawnSampleBroker(0, dataDir);
    const next = await SampleClient.connect(again.port);
    expect(await produce(next, 'after')).toMatchObject({ errorCode: 0, baseOffset: taken });
  });

  it('refuses topics it cannot note down, and creates them when there is room again', async () => {
    const dataDir = sampleDataDir();
    const { child, port, kill } = await spawnSampleBroker(0, dataDir);
    const client = await SampleClient.connect(port);
    await createTopic(client, 'first');
    limitFiles(child, 10);
    expect(await createTopic(client, 'second')).toMatchObject({
      errorCode: kafkaErrors.KAFKA_STORAGE_ERROR,
      errorMessage: expect.stringContaining('EFBIG'),
    });
    expect(readFileSync(join(dataDir, 'topics.json'), 'utf8')).toContain('"first"');
    limitFiles(child, 'unlimited');
    expect(await createTopic(client, 'second')).toMatchObject({ errorCode: 0 });
    await kill();
    const again = await spawnSampleBroker(0, dataDir);
    const next = await SampleClient.connect(again.port);
    expect(await createTopic(next, 'second')).toMatchObject({ errorCode: kafkaErrors.TOPIC_ALREADY_EXISTS });
  });
});
