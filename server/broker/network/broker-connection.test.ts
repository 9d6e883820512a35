import { describe, expect, it } from 'vitest';
import { kafkaErrors } from '../../kafka/protocol/error-codes.ts';
import { apiVersionsApi } from '../../kafka/protocol/generated/api-versions.js';
import { createTopicsApi } from '../../kafka/protocol/generated/create-topics.js';
import { fetchApi } from '../../kafka/protocol/generated/fetch.js';
import { metadataApi } from '../../kafka/protocol/generated/metadata.js';
import { produceApi } from '../../kafka/protocol/generated/produce.js';
import { waitFor } from '../../testing/wait.ts';
import { sampleBatch } from '../log/sample-batches.ts';
import { startSampleBroker } from '../sample-broker.ts';
import { SampleClient } from './sample-client.ts';

const allTopics = { topics: null };
const shortSettings = { 'socket.request.max.bytes': '100000' };

async function createTopic(client: SampleClient, name: string): Promise<void> {
  const { topics } = await client.request(createTopicsApi, 7, {
    topics: [{ name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }],
    timeoutMs: 1000,
  });
  expect(topics[0]?.errorCode).toBe(0);
}

function produceBody(name: string, acks: number, value: string) {
  return {
    acks,
    timeoutMs: 1000,
    topicData: [{ name, partitionData: [{ index: 0, records: sampleBatch([{ value }]) }] }],
  };
}

function fetchBody(topic: string, offset: number, maxWaitMs: number) {
  const partitions = [{ partition: 0, fetchOffset: offset, partitionMaxBytes: 1_000_000 }];
  return { maxWaitMs, minBytes: 1, maxBytes: 1_000_000, topics: [{ topic, partitions }] };
}

describe('a connection', () => {
  it('answers pipelined requests in their order, also behind one that waits', async () => {
    const { port } = await startSampleBroker();
    const client = await SampleClient.connect(port);
    await createTopic(client, 't');
    const sent = [
      client.send(metadataApi, 12, allTopics),
      client.send(fetchApi, 12, fetchBody('t', 0, 300)),
      client.send(metadataApi, 9, allTopics),
      client.send(apiVersionsApi, 0, {}),
    ];
    const answered: number[] = [];
    for (const _ of sent) answered.push((await client.receive()).correlationId);
    expect(answered).toEqual(sent);
  });

  it('is closed with a line in the log when it sends no Kafka request; others go on', async () => {
    const lines: string[] = [];
    const { port } = await startSampleBroker({
      settings: shortSettings,
      log: (_level, line) => lines.push(line),
    });
    const good = await SampleClient.connect(port);
    const nonsense = [
      Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
      Buffer.from([0xff, 0xff, 0xff, 0xff]),
      Buffer.from([0, 0, 0, 10, 0, 3, 0, 12, 0, 0, 0, 1, 0x7f, 0xff]),
      Buffer.concat([Buffer.from([0, 0, 0, 30, 0, 3, 0, 9]), Buffer.alloc(26, 0xff)]),
      // An API that is not served, and a version that is not.
      Buffer.from([0, 0, 0, 10, 3, 0xe8, 0, 0, 0, 0, 0, 1, 0xff, 0xff]),
      Buffer.from([0, 0, 0, 10, 0, 0, 0, 2, 0, 0, 0, 1, 0xff, 0xff]),
    ];
    for (const [index, bytes] of nonsense.entries()) {
      const bad = await SampleClient.connect(port);
      bad.socket.write(bytes);
      await bad.closed();
      expect(lines).toHaveLength(index + 1);
      expect(lines[index]).toMatch(/client .*:\d+ sent .*its connection is closed/);
    }
    expect((await good.request(metadataApi, 12, allTopics)).clusterId).toMatch(/^[\w-]{22}$/);
  });

  it('tells a client of the future in version 0 which versions there are', async () => {
    const { port } = await startSampleBroker();
    const client = await SampleClient.connect(port);
    client.socket.write(Buffer.from([0, 0, 0, 11, 0, 18, 0, 99, 0, 0, 0, 5, 0xff, 0xff, 0]));
    const { correlationId, reader } = await client.receive();
    expect(correlationId).toBe(5);
    const answer = apiVersionsApi.response.decode(reader, 0);
    expect(answer.errorCode).toBe(kafkaErrors.UNSUPPORTED_VERSION);
    expect(answer.apiKeys.find(({ apiKey }) => apiKey === 0)).toMatchObject({
      minVersion: 0,
      maxVersion: 13,
    });
  });

  it('sends nothing back for acks=0, and closes when such a write is refused', async () => {
    const { port } = await startSampleBroker();
    const client = await SampleClient.connect(port);
    await createTopic(client, 't');
    client.send(produceApi, 9, produceBody('t', 0, 'silent'));
    const next = client.send(metadataApi, 12, allTopics);
    expect((await client.receive()).correlationId).toBe(next);
    client.send(produceApi, 9, produceBody('nowhere', 0, 'lost'));
    await client.closed();
  });

  it('gives a waiting reader the records when they come', async () => {
    const { port } = await startSampleBroker();
    const [reader, writer] = [await SampleClient.connect(port), await SampleClient.connect(port)];
    await createTopic(writer, 't');
    const startedAt = performance.now();
    const fetched = reader.request(fetchApi, 12, fetchBody('t', 0, 20_000));
    const produced = await writer.request(produceApi, 9, produceBody('t', -1, 'hello'));
    expect(produced.responses[0]?.partitionResponses[0]).toMatchObject({ errorCode: 0, baseOffset: 0 });
    const { responses } = await fetched;
    expect(responses[0]?.partitions[0]?.records?.includes('hello')).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  it('reads no further from a client that does not take its answers', async () => {
    const { port } = await startSampleBroker();
    const [writer, slow] = [await SampleClient.connect(port), await SampleClient.connect(port)];
    await createTopic(writer, 't');
    for (let n = 0; n < 20; n++)
      await writer.request(produceApi, 9, produceBody('t', -1, 'x'.repeat(500_000)));
    slow.socket.pause();
    for (let n = 0; n < 40; n++) slow.send(fetchApi, 12, fetchBody('t', 0, 0));
    // The broker serves others meanwhile, and the slow client in the end.
    expect((await writer.request(metadataApi, 12, allTopics)).topics).toHaveLength(1);
    slow.socket.resume();
    for (let n = 0; n < 40; n++) expect((await slow.receive()).reader.remaining).toBeGreaterThan(500_000);
  });

  it('ends with the broker, at once, though a reader waits', async () => {
    const broker = await startSampleBroker();
    const client = await SampleClient.connect(broker.port);
    await createTopic(client, 't');
    client.send(fetchApi, 12, fetchBody('t', 0, 60_000));
    await waitFor('the request to be sent', () => client.socket.writableLength === 0);
    const startedAt = performance.now();
    await broker.stop();
    await client.closed();
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});
