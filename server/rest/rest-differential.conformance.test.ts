import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKafkaClient } from '../kafka/open-kafka-client.ts';
import { brokers } from '../testing/brokers.ts';
import { type ComparedWorker, startJavas, startOurs } from './testing/differential/compared-worker.ts';
import {
  brokenConnectorCases,
  connectorCases,
  deletionCases,
  missingConnectorCases,
  stateCases,
} from './testing/differential/connector-cases.ts';
import { differences, elsewhere } from './testing/differential/differences.ts';
import { loggerCases } from './testing/differential/logger-cases.ts';
import { oddRequestCases } from './testing/differential/odd-request-cases.ts';
import { offsetCases, topicCases } from './testing/differential/offset-cases.ts';
import { pluginCases } from './testing/differential/plugin-cases.ts';
import { workerCases } from './testing/differential/worker-cases.ts';

/** In the order in which they are sent: later ones rely on what earlier ones did. */
const tables = {
  worker: workerCases,
  'odd requests': oddRequestCases,
  plugins: pluginCases,
  loggers: loggerCases,
  'missing connectors': missingConnectorCases,
  connectors: connectorCases,
  topics: topicCases,
  states: stateCases,
  'broken connectors': brokenConnectorCases,
  offsets: offsetCases,
  deletions: deletionCases,
};

/** May be lowered only. */
const mostDifferences = 31;

const [kafka] = (await brokers()).filter(({ name }) => name === 'Apache Kafka');

describe.runIf(kafka !== undefined)('the REST API beside that of a Java worker', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-differential-'));
  const id = randomBytes(4).toString('hex');
  const workers: ComparedWorker[] = [];
  const shown = new Set<string>();
  let replayed = 0;

  beforeAll(async () => {
    const bootstrap = kafka?.bootstrap ?? '';
    writeFileSync(join(folder, 'input'), 'one\ntwo\nthree\n');
    const sides = [`java-${id}`, `ours-${id}`] as const;
    const [produced, ...started] = await Promise.allSettled([
      produce(
        bootstrap,
        sides.map((side) => `plain-${side}`),
      ),
      startJavas({ bootstrap, side: sides[0], folder }),
      startOurs({ bootstrap, side: sides[1], folder }),
    ]);
    for (const worker of started) if (worker.status === 'fulfilled') workers.push(worker.value);
    for (const each of [produced, ...started]) if (each.status === 'rejected') throw each.reason;
  }, 180_000);
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  for (const [table, cases] of Object.entries(tables)) {
    describe(table, () => {
      it.each(cases)('$name', { timeout: 180_000 }, async (restCase) => {
        const [java, ours] = await Promise.all(workers.map((worker) => worker.answer(restCase)));
        if (java === undefined || ours === undefined) throw new Error('a worker did not start');
        replayed++;
        let pair = { java, ours };
        for (const { row, reconcile } of differences) {
          const reconciled = reconcile(pair, restCase);
          if (reconciled === null) continue;
          pair = reconciled;
          shown.add(row);
        }
        expect(pair.ours).toEqual(pair.java);
      });
    });
  }

  it('has no difference on its list that did not show', () => {
    const isWhole = replayed === Object.values(tables).flat().length;
    const idle = differences.map(({ row }) => row).filter((row) => !shown.has(row));
    expect(isWhole ? idle : []).toEqual([]);
  });
});

describe('the list of differences from Java', () => {
  const rows = readFileSync(resolve(import.meta.dirname, 'differences.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2)
    .map((line) => line.split(/(?<!\\)\|/)[1]?.trim());

  it('is the one that people read', () => {
    expect([...differences.map(({ row }) => row), ...elsewhere].toSorted()).toEqual(rows.toSorted());
  });

  it('only shrinks', () => {
    expect(differences.length).toBeLessThanOrEqual(mostDifferences);
  });

  it('is about hundreds of requests, each with a name of its own', () => {
    const names = Object.values(tables).flatMap((cases) => cases.map(({ name }) => name));
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(400);
  });
});

/** What the sinks read: always the same number of records. */
async function produce(bootstrap: string, topics: readonly string[]): Promise<void> {
  const client = openKafkaClient({ properties: { 'bootstrap.servers': bootstrap } });
  try {
    await client.admin.createTopics(topics.map((name) => ({ name, partitions: 1, replicationFactor: 1 })));
    const producer = client.createProducer<null>({ properties: {}, onDelivered: () => {} });
    for (const topic of topics) {
      for (const value of ['"one"', '"two"', '"three"', '"four"']) {
        while (!producer.append({ topic, key: null, value }, null)) await producer.ready();
      }
    }
    await producer.flush();
    await producer.close(10_000);
  } finally {
    await client.close();
  }
}
