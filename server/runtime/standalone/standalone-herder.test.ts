import { expect, it } from 'vitest';
import { ConnectError } from '../../errors/connect-error.ts';
import { waitFor } from '../../testing/wait.ts';
import { createStandalone } from '../testing/herder-bodies.ts';
import { sequenceSource } from '../testing/sequence-connectors.ts';

const soon = () => AbortSignal.timeout(10_000);
const source = { 'connector.class': sequenceSource.className, topic: 't' };
const create = { replace: false };

it('waits for Kafka, says why and where, and starts when it answers', async () => {
  let failures = 2;
  const { herder, lines } = createStandalone({}, async () => {
    if (failures-- > 0) throw new ConnectError('unavailable', 'connection refused');
    return { clusterId: 'found', controllerId: 1, brokers: [] };
  });
  const starting = herder.start(soon());
  const reason = 'Kafka at kafka:9092 (bootstrap.servers) does not answer: connection refused';
  await waitFor('the reason', async () => (await herder.health()).message.includes(reason));
  expect(await herder.health()).toMatchObject({ status: 'starting' });
  await expect(herder.putConnectorConfig('a', source, { ...create, signal: soon() })).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining(reason),
  });
  await starting;
  expect(herder.kafkaClusterId()).toBe('found');
  expect(lines.filter((line) => line === `warn ${reason}`)).toHaveLength(1);
  const states = herder.events
    .since(0)
    ?.map(({ event }) => (event.kind === 'worker' ? event.state : event.kind));
  expect(states).toEqual(['starting', 'waiting-for-kafka', 'ready']);
  await herder.stop();
});

it('can be stopped while it waits for Kafka', async () => {
  const { herder } = createStandalone({}, async () => {
    throw new ConnectError('unavailable', 'connection refused');
  });
  const starting = expect(herder.start(soon())).rejects.toMatchObject({ code: 'cancelled' });
  await waitFor('the first attempt', async () =>
    (await herder.health()).message.includes('connection refused'),
  );
  await herder.stop();
  await starting;
});

it('answers the creation of a connector with its tasks, and a failed start with an error', async () => {
  const { herder } = createStandalone();
  await herder.start(soon());
  const config = { ...source, 'tasks.max': '2' };
  const { info } = await herder.putConnectorConfig('a', config, { ...create, signal: soon() });
  expect(info.tasks).toHaveLength(2);
  const broken = herder.putConnectorConfig('b', { ...source, fail: 'start' }, { ...create, signal: soon() });
  await expect(broken).rejects.toMatchObject({
    code: 'unknown',
    message: expect.stringContaining('refused'),
  });
  expect((await herder.connectorStatus('b')).connector.state).toBe('FAILED');
  await herder.stop();
});

it('serves other connectors while one takes its time, and refuses too many requests for that one', async () => {
  const { herder, worker } = createStandalone();
  await herder.start(soon());
  for (const name of ['slow', 'quick']) {
    await herder.putConnectorConfig(name, source, { ...create, signal: soon() });
  }
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  worker.onStopTasks = () => gate;
  const restarting = herder.restartTask({ connector: 'slow', task: 0 }, soon());
  await herder.pauseConnector('quick');
  expect((await herder.connectorStatus('quick')).connector.state).toBe('PAUSED');
  const waiting = Array.from({ length: 99 }, () => herder.pauseConnector('slow'));
  await expect(herder.pauseConnector('slow')).rejects.toMatchObject({ code: 'unavailable' });
  release();
  await Promise.all([restarting, ...waiting]);
  expect((await herder.connectorStatus('slow')).connector.state).toBe('PAUSED');
  await herder.stop();
});
