import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openKafkaClient } from '../../kafka/open-kafka-client.ts';
import { brokers } from '../../testing/brokers.ts';
import { waitFor } from '../../testing/wait.ts';
import type { DistributedHerder } from './distributed-herder.ts';
import { sourceConfig, WorkerCluster } from './testing/worker-cluster.ts';

const soon = () => AbortSignal.timeout(20_000);

async function awaitStates(herder: DistributedHerder, name: string, expected: string): Promise<void> {
  await waitFor(`${name} to be ${expected}`, async () => {
    const { connector, tasks } = await herder.connectorStatus(name);
    return [connector.state, ...tasks.map(({ id, state }) => `${id}:${state}`)].join(' ') === expected;
  });
}

describe.each(await brokers())('distributed herder on $name', ({ bootstrap }) => {
  const client = openKafkaClient({ properties: { 'bootstrap.servers': bootstrap } });
  let cluster: WorkerCluster;

  beforeEach(() => {
    cluster = new WorkerCluster(client);
  });

  afterEach(() => cluster.stop());
  afterAll(() => client.close());

  const put = (herder: DistributedHerder, name: string, more: Readonly<Record<string, string>> = {}) =>
    herder.putConnectorConfig(name, sourceConfig(name, more), { replace: true, signal: soon() });

  test('runs a connector through its life', async () => {
    const { herder, worker } = await cluster.start();
    expect(await herder.health(soon())).toMatchObject({ status: 'healthy' });
    expect(await put(herder, 'a', { 'tasks.max': '2' })).toMatchObject({ created: true });
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING 1:RUNNING');
    await herder.pauseConnector('a');
    await awaitStates(herder, 'a', 'PAUSED 0:PAUSED 1:PAUSED');
    await herder.resumeConnector('a');
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING 1:RUNNING');
    expect(await put(herder, 'a', { 'tasks.max': '1', of: 'new' })).toMatchObject({ created: false });
    await waitFor('the new task', () => worker.calls.at(-1) === 'start a-0 of=new');
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING');
    await herder.stopConnector('a', soon());
    await awaitStates(herder, 'a', 'STOPPED');
    await herder.deleteConnector('a', soon());
    expect(await herder.connectors()).toEqual([]);
  });

  test('goes on after a restart of the worker', async () => {
    const first = await cluster.start();
    await put(first.herder, 'a');
    await awaitStates(first.herder, 'a', 'RUNNING 0:RUNNING');
    await first.herder.stop();
    const second = await cluster.start();
    await awaitStates(second.herder, 'a', 'RUNNING 0:RUNNING');
    expect(second.worker.calls).toEqual(['start a of=', 'start a-0 of=']);
  });

  test('two workers share the work; when one leaves, the other takes over', async () => {
    const settings = { 'scheduled.rebalance.max.delay.ms': '100', 'heartbeat.interval.ms': '200' };
    const first = await cluster.start(settings);
    await put(first.herder, 'a');
    await put(first.herder, 'b');
    const second = await cluster.start(settings);
    await waitFor('one connector each', () => {
      return first.worker.connectors.size === 1 && second.worker.connectors.size === 1;
    });
    await waitFor('one task each', () => first.worker.tasks.size === 1 && second.worker.tasks.size === 1);
    await first.herder.stop();
    await waitFor('all of it', () => second.worker.connectors.size === 2 && second.worker.tasks.size === 2);
    for (const name of ['a', 'b']) await awaitStates(second.herder, name, 'RUNNING 0:RUNNING');
    expect((await second.herder.workers()).map(({ workerId, leader }) => [workerId, leader])).toEqual([
      ['worker2:8083', true],
    ]);
  });
});
