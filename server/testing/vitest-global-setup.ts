import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startApacheKafka } from './apache-kafka/broker.ts';
import type { BrokerUnderTest } from './brokers.ts';

interface Running {
  readonly bootstrap: string;
  stop(): Promise<void>;
}

const starters: Record<BrokerUnderTest['name'], () => Promise<Running>> = {
  'embedded broker': async () => {
    const { startBrokerThread } = await import('../broker/start-broker.ts');
    const dataDir = await mkdtemp(join(tmpdir(), 'millrace-embedded-'));
    // Members of groups are missed as soon as on Apache Kafka here.
    const settings = {
      'group.consumer.heartbeat.interval.ms': '200',
      'group.consumer.session.timeout.ms': '6000',
    };
    const broker = await startBrokerThread({ port: 0, dataDir, settings });
    return {
      bootstrap: broker.bootstrap,
      async stop() {
        await broker.stop();
        await rm(dataDir, { recursive: true, force: true });
      },
    };
  },
  'Apache Kafka': () => startApacheKafka(),
};

/** Starts each broker when the first test file asks for it, so that a run without contract suites starts none. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const running = new Map<string, Promise<Running>>();
  const server = createServer((request, response) => {
    const name = decodeURIComponent((request.url ?? '/').slice(1));
    const starter = Object.entries(starters).find(([known]) => known === name)?.[1];
    if (starter === undefined) {
      response.writeHead(404).end(`no broker is called ${name}`);
      return;
    }
    const broker = running.get(name) ?? starter();
    running.set(name, broker);
    broker.then(
      ({ bootstrap }) => response.end(bootstrap),
      (error) => response.writeHead(500).end(error instanceof Error ? error.stack : String(error)),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the broker desk has no port');
  project.provide('brokerDesk', `http://127.0.0.1:${address.port}`);
  return async () => {
    server.close();
    for (const broker of await Promise.allSettled(running.values())) {
      if (broker.status === 'fulfilled') await broker.value.stop();
    }
  };
}
