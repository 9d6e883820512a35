import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTopicsApi } from '../../kafka/protocol/generated/create-topics.js';
import { fetchApi } from '../../kafka/protocol/generated/fetch.js';
import { metadataApi } from '../../kafka/protocol/generated/metadata.js';
import { produceApi } from '../../kafka/protocol/generated/produce.js';
import { waitFor } from '../../testing/wait.ts';
import { sampleBatch } from '../log/sample-batches.ts';
import { startSampleBroker } from '../sample-broker.ts';
import { listen } from './broker-server.ts';
import { BufferPool } from './buffer-pool.ts';
import { MemoryBudget } from './memory-budget.ts';
import { SampleClient } from './sample-client.ts';

const allTopics = { topics: null };

async function start(settings: Record<string, string> = {}) {
  const lines: string[] = [];
  const { port } = await startSampleBroker({ settings, log: (_level, line) => lines.push(line) });
  return { port, lines, good: await SampleClient.connect(port) };
}

async function isUnharmed(good: SampleClient): Promise<boolean> {
  return (await good.request(metadataApi, 12, allTopics)).brokers.length === 1;
}

async function plainSocket(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, 'connect');
  return socket;
}

/** The beginning of a frame that promises `size` bytes and has some of them. */
function unfinished(size: number, bytes: number): Buffer {
  const frame = Buffer.alloc(4 + bytes);
  frame.writeInt32BE(size);
  return frame;
}

describe('a broker among hostile clients', () => {
  it('serves the others while a thousand connections are open, and after they are gone', async () => {
    const { port, good } = await start();
    const sockets = await Promise.all(Array.from({ length: 1000 }, () => plainSocket(port)));
    for (const socket of sockets) socket.write(unfinished(1000, 10));
    expect(await isUnharmed(good)).toBe(true);
    const late = await SampleClient.connect(port);
    expect(await isUnharmed(late)).toBe(true);
    for (const socket of sockets) socket.destroy();
    expect(await isUnharmed(good)).toBe(true);
  });

  it('takes no memory for what is only promised', async () => {
    const { port, good } = await start();
    const before = process.memoryUsage().arrayBuffers;
    const sockets = await Promise.all(Array.from({ length: 100 }, () => plainSocket(port)));
    for (const socket of sockets) socket.write(unfinished(100_000_000, 1000));
    expect(await isUnharmed(good)).toBe(true);
    // Promised were 10 GB.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200_000_000);
  });

  it('lets go whoever hoards unfinished requests', async () => {
    const { port, good, lines } = await start({ 'queued.max.request.bytes': '8000000' });
    const hoarder = await plainSocket(port);
    hoarder.write(unfinished(50_000_000, 6_000_000));
    const other = await plainSocket(port);
    other.write(unfinished(50_000_000, 3_500_000));
    await waitFor('the line about it', () => lines.some((line) => line.includes('holds too much memory')));
    expect(lines[0]).toMatch(/client .* its connection is closed: .* bytes of unfinished requests/);
    expect(await isUnharmed(good)).toBe(true);
  });

  it('bounds the memory of answers that nobody takes', async () => {
    const lines: string[] = [];
    const stopping = new AbortController();
    const answerMemory = new MemoryBudget(20_000_000, 'of answers it does not take');
    let least = Number.POSITIVE_INFINITY;
    const server = await listen({
      host: '127.0.0.1',
      port: 0,
      maxConnections: 100,
      pool: new BufferPool(),
      requestMemory: new MemoryBudget(1_000_000, 'of unfinished requests'),
      answerMemory,
      maxRequestBytes: 1000,
      maxIdleMs: 60_000,
      log: (_level, line) => lines.push(line),
      signal: stopping.signal,
      open: () => (_frame, writer, allocate) => {
        const bytes = 4_000_000;
        writer.int32(bytes);
        writer.nullableBytes(allocate(bytes).subarray(0, bytes - 4), false, 'answer');
        least = Math.min(least, answerMemory.left);
        return 'answered';
      },
    });
    onTestFinished(async () => {
      stopping.abort();
      await server.close();
    });
    for (let n = 0; n < 12; n++) {
      const slow = await SampleClient.connect(server.port);
      slow.socket.pause();
      for (let sent = 0; sent < 3; sent++) slow.sendRaw(Buffer.alloc(8));
    }
    await waitFor('somebody to be let go', () =>
      lines.some((line) => line.includes('holds too much memory')),
    );
    expect(least).toBeGreaterThanOrEqual(0);
    const eager = await SampleClient.connect(server.port);
    eager.sendRaw(Buffer.alloc(8));
    expect((await eager.receiveRaw()).length).toBe(4_000_000);
  });

  it('closes connections that say half a request and then nothing, or take no answers', async () => {
    const { port, lines } = await start({ 'connections.max.idle.ms': '300' });
    const half = await SampleClient.connect(port);
    half.socket.write(unfinished(100, 50));
    await half.closed();
    const writer = await SampleClient.connect(port);
    await writer.request(createTopicsApi, 7, {
      topics: [{ name: 't', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }],
      timeoutMs: 1000,
    });
    for (let n = 0; n < 10; n++) {
      const records = sampleBatch([{ value: 'x'.repeat(1_000_000) }]);
      const topicData = [{ name: 't', partitionData: [{ index: 0, records }] }];
      await writer.request(produceApi, 9, { acks: -1, timeoutMs: 1000, topicData });
    }
    const deaf = await SampleClient.connect(port);
    deaf.socket.pause();
    const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 20_000_000 }];
    for (let n = 0; n < 5; n++) {
      deaf.send(fetchApi, 12, { maxWaitMs: 0, minBytes: 1, topics: [{ topic: 't', partitions }] });
    }
    // Going on to ask makes it no less deaf.
    await waitFor('the line about it', () => {
      deaf.socket.write(unfinished(1000, 0));
      return lines.some((line) => line.includes('takes no answers'));
    });
    expect(lines.join()).not.toMatch(/TypeError|RangeError/);
  });

  it('answers a fetch of everything, and refuses one that is nothing but names', async () => {
    const { port, good, lines } = await start();
    const greedy = await SampleClient.connect(port);
    const topics = Array.from({ length: 20 }, (_, n) => ({
      topic: `topic-${n}`,
      partitions: Array.from({ length: 1000 }, (__, partition) => ({
        partition,
        fetchOffset: 0,
        partitionMaxBytes: 0x7fffffff,
      })),
    }));
    const everything = { maxWaitMs: 0, minBytes: 0, maxBytes: 0x7fffffff, sessionEpoch: 0, topics };
    const answer = await greedy.request(fetchApi, 12, everything);
    expect(answer.responses).toHaveLength(20);
    const name = 'n'.repeat(200);
    const endless = Array.from({ length: 50_000 }, () => ({ topic: name, partitions: [] }));
    greedy.send(fetchApi, 12, { maxWaitMs: 0, minBytes: 0, topics: endless });
    await greedy.closed();
    expect(lines[0]).toMatch(/a request of API 1 has \d+ bytes/);
    expect(await isUnharmed(good)).toBe(true);
  });
});
