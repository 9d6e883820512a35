import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { toProperties, workerSettings } from '../testing/apache-kafka/connect.ts';
import { freePort } from '../testing/apache-kafka/java.ts';
import { brokers } from '../testing/brokers.ts';
import { spawnMillrace, waitForRest } from '../testing/millrace-process.ts';
import { waitFor } from '../testing/wait.ts';
import { type GroupWorker, startGroupWorker } from './testing/group-worker.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-lost-leader-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(await brokers())('a leader that dies on $name', ({ name, bootstrap }) => {
  test('while it has a request of a follower: that one ends with an error, later ones are served', {
    timeout: 300_000,
  }, async () => {
    const group = `lost-leader-${name.replace(' ', '-').toLowerCase()}`;
    const input = join(folder, group);
    writeFileSync(input, 'one\n');
    const port = await freePort();
    const settings = {
      ...workerSettings(bootstrap, port, group),
      'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'scheduled.rebalance.max.delay.ms': '0',
      'session.timeout.ms': '6000',
      'heartbeat.interval.ms': '500',
    };
    const file = join(folder, `${group}.properties`);
    writeFileSync(file, toProperties(settings));
    const leader = spawnMillrace(['worker', file]);
    const followers: GroupWorker[] = [];
    try {
      await waitForRest(leader, `http://127.0.0.1:${port}`, 60_000);
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

      leader.child.kill('SIGSTOP');
      const path = `/connectors/${names[0]}/config`;
      const pending = first.rest.send('PUT', path, { ...config, 'batch.size': '1' });
      // Only to make it likely that the request is under way; the answer is the same if it is not.
      await new Promise((resolve) => setTimeout(resolve, 500));
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
          90_000,
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
          60_000,
        );
      }
    } finally {
      await leader.kill();
      await Promise.all(followers.map(({ worker }) => worker.stop()));
    }
  });
});
