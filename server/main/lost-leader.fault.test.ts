import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { toProperties, workerSettings } from '../testing/apache-kafka/connect.ts';
import { freePort } from '../testing/apache-kafka/java.ts';
import { brokers } from '../testing/brokers.ts';
import { FaultProxy } from '../testing/fault-proxy.ts';
import { spawnMillrace, waitForRest } from '../testing/millrace-process.ts';
import { waitFor } from '../testing/wait.ts';
import { type GroupWorker, startGroupWorker } from './testing/group-worker.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-lost-leader-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(await brokers())('a leader that dies on $name', ({ name, bootstrap }) => {
  test('while it has a request of a follower: that one ends with an error, later ones are served', {
    timeout: 600_000,
  }, async () => {
    const group = `lost-leader-${name.replace(' ', '-').toLowerCase()}`;
    const input = join(folder, group);
    writeFileSync(input, 'one\n');
    const port = await freePort();
    const settings = {
      ...workerSettings(bootstrap, port, group),
      'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'scheduled.rebalance.max.delay.ms': '0',
      // A busy machine must not cost the leader its place.
      'session.timeout.ms': '20000',
      'heartbeat.interval.ms': '500',
    };
    const file = join(folder, `${group}.properties`);
    const proxy = await FaultProxy.listen();
    proxy.forwardTo(`127.0.0.1:${port}`);
    writeFileSync(file, toProperties({ ...settings, 'rest.advertised.port': String(proxy.port) }));
    const leader = spawnMillrace(['worker', file]);
    const followers: GroupWorker[] = [];
    try {
      await waitForRest(leader, `http://127.0.0.1:${port}`, 60_000);
      // Its REST answers before it is in the group, and whoever is first there leads.
      await waitFor(
        'the leader to be in its group',
        async () => (await fetch(`http://127.0.0.1:${port}/health`)).ok,
        60_000,
      );
      for (let count = 0; count < 2; count++) {
        followers.push(await startGroupWorker({ ...settings, listeners: 'http://127.0.0.1:0' }));
      }
      const [first, second] = followers;
      if (first === undefined || second === undefined) throw new Error('no followers');
      const names = ['a', 'b', 'c'].map((each) => `${group}-${each}`);
      const config = { 'connector.class': 'FileStreamSource', file: input, topic: group };
      for (const connector of names) {
        const created = await first.rest.settled('POST', '/connectors', { name: connector, config });
        expect(created.status).toBe(201);
      }
      for (const connector of names) await second.rest.awaitStates(connector, 'RUNNING 0:RUNNING');

      // The leader is still of its group, but nobody hears its answers.
      proxy.inject('to client', { isSilent: true });
      const served = proxy.accepted;
      const path = `/connectors/${names[0]}/config`;
      const pending = first.rest.send('PUT', path, { ...config, 'batch.size': '1' });
      await waitFor('the request to be at the leader', () => proxy.accepted > served, 60_000);
      await leader.kill();
      expect(await pending).toMatchObject({
        status: 500,
        body: { message: expect.stringContaining('IO Error trying to forward REST request') },
      });

      for (const [index, { rest }] of followers.entries()) {
        await waitFor(
          'a leader that takes the config',
          async () => {
            const { status } = await rest.send('PUT', path, { ...config, 'batch.size': String(index + 2) });
            return status === 200;
          },
          120_000,
        );
      }
      for (const connector of names) {
        await waitFor(
          `${connector} on the workers that are left`,
          async () => {
            const left = followers.map(({ worker }) => worker.herder.workerId);
            const isRunning = (await second.rest.states(connector)) === 'RUNNING 0:RUNNING';
            return isRunning && (await second.rest.owners(connector)).every((owner) => left.includes(owner));
          },
          120_000,
        );
      }
    } finally {
      await leader.kill();
      await Promise.all(followers.map(({ worker }) => worker.stop()));
      await proxy.close();
    }
  });
});
