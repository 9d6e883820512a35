import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { brokers } from '../testing/brokers.ts';
import { waitFor } from '../testing/wait.ts';
import { connectorLife, statusesOfALife, statusOf } from './testing/connector-life.ts';
import { type GroupWorker, startGroupWorker } from './testing/group-worker.ts';

describe.each(await brokers())('three workers on $name', ({ bootstrap }) => {
  const id = randomUUID();
  const workers: GroupWorker[] = [];
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millrace-forwarding-'));
    await writeFile(join(folder, 'input'), 'one\ntwo\n');
    const stores = ['config', 'offset', 'status'].flatMap((store) => [
      [`${store}.storage.topic`, `${store}-${id}`],
      [`${store}.storage.replication.factor`, '1'],
    ]);
    for (let count = 0; count < 3; count++) {
      workers.push(
        await startGroupWorker({
          'bootstrap.servers': bootstrap,
          'group.id': id,
          'scheduled.rebalance.max.delay.ms': '0',
          // A busy machine must not cost a worker its place.
          'session.timeout.ms': '30000',
          'heartbeat.interval.ms': '500',
          'offset.flush.interval.ms': '300',
          ...Object.fromEntries(stores),
        }),
      );
    }
  }, 180_000);

  afterAll(async () => {
    await Promise.all(workers.map(({ worker }) => worker.stop()));
    await rm(folder, { recursive: true, force: true });
  }, 120_000);

  test('answer every request alike, whichever of them is asked', { timeout: 600_000 }, async () => {
    const input = join(folder, 'input');
    const lives: (readonly string[])[] = [];
    for (const [index, { rest }] of workers.entries()) {
      lives.push(await connectorLife(rest, `life-${index}`, input, `lines-${id}`));
    }
    const [atLeader = [], ...others] = lives;
    expect(atLeader.map(statusOf)).toEqual(statusesOfALife);
    for (const other of others) expect(other).toEqual(atLeader);
  });

  test('restart what runs on any of them', { timeout: 600_000 }, async () => {
    const names = workers.map((_worker, index) => `spread-${index}`);
    for (const [index, name] of names.entries()) {
      const config = {
        'connector.class': 'FileStreamSource',
        file: join(folder, 'input'),
        topic: `spread-${id}`,
      };
      expect(await workers[index]?.rest.settled('POST', '/connectors', { name, config })).toMatchObject({
        status: 201,
      });
    }
    for (const { rest } of workers) {
      for (const name of names) await rest.awaitStates(name, 'RUNNING 0:RUNNING');
    }
    const [first] = workers;
    await waitFor(
      'one connector on each worker',
      async () => {
        const owners = await Promise.all(names.map(async (name) => (await first?.rest.owners(name))?.[0]));
        return new Set(owners).size === workers.length;
      },
      120_000,
    );
    for (const [index, { rest }] of workers.entries()) {
      for (const name of names) {
        expect(await rest.settled('POST', `/connectors/${name}/restart`)).toEqual({
          status: 204,
          body: null,
        });
      }
      const next = names[(index + 1) % names.length];
      expect(await rest.settled('POST', `/connectors/${next}/tasks/0/restart`)).toEqual({
        status: 204,
        body: null,
      });
    }
    for (const name of names) await first?.rest.awaitStates(name, 'RUNNING 0:RUNNING');
  });

  test('take no task configs from strangers', async () => {
    const statuses = await Promise.all(
      workers.map(async ({ rest }) => [
        await rest.send('POST', '/connectors/x/tasks', []),
        await rest.send('PUT', '/connectors/x/fence'),
      ]),
    );
    const refusal = {
      status: 400,
      body: { error_code: 400, message: 'Internal request missing required signature' },
    };
    expect(statuses).toEqual(workers.map(() => [refusal, refusal]));
  });
});
