import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBrokerThread } from '../broker/start-broker.ts';
import { startApacheKafka } from './apache-kafka/broker.ts';
import type { BrokerUnderTest } from './brokers.ts';
import { FaultProxy } from './fault-proxy.ts';

export interface ProxiedBroker {
  readonly proxy: FaultProxy;
  /** Leads through the proxy, and so does the address that the broker tells clients. */
  readonly bootstrap: string;
  /** The broker stands still without a word, then goes on: nothing is closed. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  stop(): Promise<void>;
}

/** A broker of its own behind a proxy, for tests that break connections. */
export async function startProxiedBroker(name: BrokerUnderTest['name']): Promise<ProxiedBroker> {
  const proxy = await FaultProxy.listen();
  const broker = name === 'Apache Kafka' ? await apacheBehind(proxy) : await embeddedBehind(proxy);
  return {
    proxy,
    bootstrap: proxy.address,
    freeze: broker.freeze,
    thaw: broker.thaw,
    async stop() {
      await broker.thaw();
      await proxy.close();
      await broker.stop();
    },
  };
}

type Behind = Pick<ProxiedBroker, 'freeze' | 'thaw' | 'stop'>;

async function apacheBehind(proxy: FaultProxy): Promise<Behind> {
  const kafka = await startApacheKafka({ 'advertised.listeners': `PLAINTEXT://${proxy.address}` });
  proxy.forwardTo(kafka.bootstrap);
  return {
    freeze: async () => void kafka.process.child.kill('SIGSTOP'),
    thaw: async () => void kafka.process.child.kill('SIGCONT'),
    stop: () => kafka.stop(),
  };
}

/** The embedded broker shares our process, so it cannot be frozen: it is stopped and started again. */
async function embeddedBehind(proxy: FaultProxy): Promise<Behind> {
  const dataDir = await mkdtemp(join(tmpdir(), 'millrace-embedded-'));
  const start = async () => {
    const broker = await startBrokerThread({
      port: 0,
      dataDir,
      advertised: { host: '127.0.0.1', port: proxy.port },
    });
    proxy.forwardTo(broker.bootstrap);
    return broker;
  };
  let running: Awaited<ReturnType<typeof start>> | null = await start();
  const stop = async (): Promise<void> => {
    const stopping = running;
    running = null;
    await stopping?.stop();
  };
  return {
    freeze: stop,
    async thaw() {
      running ??= await start();
    },
    async stop() {
      await stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
