import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startJavaConnect } from '../testing/apache-kafka/connect.ts';
import { brokers } from '../testing/brokers.ts';
import { waitFor } from '../testing/wait.ts';
import { connectorLife, statusesOfALife, statusOf } from './testing/connector-life.ts';
import { RestClient, startGroupWorker } from './testing/group-worker.ts';

const [kafka] = (await brokers()).filter(({ name }) => name === 'Apache Kafka');

const wrongSignatures: readonly Readonly<Record<string, string>>[] = [
  {},
  { 'X-Connect-Authorization': 'AAAA' },
  { 'X-Connect-Authorization': 'AAAA', 'X-Connect-Request-Signature-Algorithm': 'nonsense' },
  { 'X-Connect-Authorization': 'AAAA', 'X-Connect-Request-Signature-Algorithm': 'HmacSHA256' },
  { 'X-Connect-Authorization': 'AAAA', 'X-Connect-Request-Signature-Algorithm': 'HmacSHA512' },
];

async function internalAnswers(url: string, path: string, method: string, body?: string) {
  return await Promise.all(
    wrongSignatures.map(async (headers) => {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body }),
      });
      return [response.status, await response.json()];
    }),
  );
}

test.runIf(kafka !== undefined)(
  'a Java worker and ours serve one another, whichever of them leads',
  { timeout: 600_000 },
  async () => {
    const bootstrap = kafka?.bootstrap ?? '';
    const folder = await mkdtemp(join(tmpdir(), 'millrace-java-forwarding-'));
    const input = join(folder, 'input');
    await writeFile(input, 'one\ntwo\n');
    const id = randomUUID();
    const settings = {
      'bootstrap.servers': bootstrap,
      'group.id': `group-${id}`,
      'config.storage.topic': `configs-${id}`,
      'config.storage.replication.factor': '1',
      'offset.storage.topic': `offsets-${id}`,
      'offset.storage.replication.factor': '1',
      'status.storage.topic': `statuses-${id}`,
      'status.storage.replication.factor': '1',
      'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'scheduled.rebalance.max.delay.ms': '500',
      // A busy machine must not cost a worker its place.
      'session.timeout.ms': '30000',
      'heartbeat.interval.ms': '500',
      'offset.flush.interval.ms': '300',
    };
    const config = { 'connector.class': 'FileStreamSource', file: input, topic: `lines-${id}` };
    const names = ['a', 'b'];
    let java = await startJavaConnect(bootstrap, settings);
    const ours = await startGroupWorker(settings);
    const leads = async () => (await ours.worker.herder.workers()).some(({ self, leader }) => self && leader);
    /** Changes both connectors, so that the owner of each sends new task configs; asks one worker for it. */
    const reconfigure = async (rest: RestClient, batch: string) => {
      for (const name of names) {
        await rest.settled('PUT', `/connectors/${name}/config`, { ...config, 'batch.size': batch });
      }
      for (const name of names) {
        await waitFor(
          `the task of ${name} with ${batch}`,
          async () => {
            const { body } = await rest.send('GET', `/connectors/${name}/tasks`);
            return Array.isArray(body) && body.length === 1 && body[0].config['batch.size'] === batch;
          },
          120_000,
        );
        await rest.awaitStates(name, 'RUNNING 0:RUNNING');
      }
    };
    const shareWork = async (rest: RestClient) =>
      await waitFor(
        'one connector on each worker',
        async () => {
          const owners = await Promise.all(names.map(async (name) => (await rest.owners(name))[0]));
          return new Set(owners).size === 2;
        },
        120_000,
      );
    const serveBoth = async (round: string) => {
      const theirs = new RestClient(java.restUrl);
      await shareWork(theirs);
      const [leader, follower] = (await leads()) ? [ours.rest, theirs] : [theirs, ours.rest];
      await reconfigure(follower, round);
      for (const rest of [leader, follower]) {
        for (const name of names) {
          expect(await rest.settled('POST', `/connectors/${name}/restart`)).toMatchObject({ status: 204 });
          const restart = await rest.settled('POST', `/connectors/${name}/tasks/0/restart`);
          expect(restart).toMatchObject({ status: 204 });
        }
      }
      const life = await connectorLife(follower, `life-${round}`, input, `lines-${id}`);
      expect(life.map(statusOf)).toEqual(statusesOfALife);
      for (const [method, path, body] of [
        ['POST', '/connectors/a/tasks', '[]'],
        ['PUT', '/connectors/a/fence', undefined],
      ] as const) {
        expect(await internalAnswers(ours.rest.url, path, method, body)).toEqual(
          await internalAnswers(java.restUrl, path, method, body),
        );
      }
    };
    try {
      for (const name of names) {
        const { status } = await ours.rest.settled('POST', '/connectors', { name, config });
        expect(status).toBe(201);
      }
      expect(await leads()).toBe(false);
      await serveBoth('1');

      await java.stop();
      await waitFor('our worker to lead', leads, 120_000);
      java = await startJavaConnect(bootstrap, settings);
      await serveBoth('2');
      expect(await leads()).toBe(true);
    } finally {
      await ours.worker.stop();
      await java.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
);
