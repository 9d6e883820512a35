import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codeOf } from '../../errors/connect-error.ts';
import { waitFor } from '../../testing/wait.ts';
import { placeOf } from '../elsewhere.ts';
import { signatureHeaders } from './request-signature.ts';
import { type ClusterWorker, sourceConfig, WorkerCluster } from './testing/worker-cluster.ts';

let cluster: WorkerCluster;
const soon = () => AbortSignal.timeout(20_000);
const unsigned = { body: '', signature: null, algorithm: null };

beforeEach(() => {
  cluster = new WorkerCluster();
});

afterEach(() => cluster.stop());

async function create(herder: ClusterWorker['herder'], name: string): Promise<void> {
  await herder.putConnectorConfig(name, sourceConfig(name), { replace: false, signal: soon() });
}

async function awaitRunning(herder: ClusterWorker['herder'], name: string, tasks: number): Promise<void> {
  await waitFor(`${name} to run with ${tasks} tasks`, async () => {
    const status = await herder.connectorStatus(name);
    const states = [status.connector, ...status.tasks].map(({ state }) => state);
    return states.length === tasks + 1 && states.every((state) => state === 'RUNNING');
  });
}

function sign(body: string) {
  const line = cluster.topics.lines('configs').findLast((each) => each.startsWith('session-key=')) ?? '';
  const { key, algorithm } = JSON.parse(line.slice('session-key='.length));
  const headers = signatureHeaders(
    { key: Buffer.from(key, 'base64'), algorithm, createdAt: 0 },
    'HmacSHA256',
    body,
  );
  return { body, signature: headers['X-Connect-Authorization'] ?? null, algorithm: 'HmacSHA256' };
}

/** A follower that runs `a` of `a` and `b`. */
async function follower(settings: Readonly<Record<string, string>> = {}) {
  const leader = await cluster.start(settings);
  const second = await cluster.start(settings);
  for (const name of ['a', 'b']) await create(leader.herder, name);
  for (const name of ['a', 'b']) await awaitRunning(leader.herder, name, 1);
  await waitFor('one each', () => leader.worker.connectors.size === 1 && second.worker.connectors.size === 1);
  return { leader, second, name: second.worker.connectorNames()[0] ?? '' };
}

describe('task configs of a connector on a follower', () => {
  test.each(['sessioned', 'compatible'])('go to the leader, which writes them: %s', async (protocol) => {
    const { leader, second, name } = await follower({ 'connect.protocol': protocol });
    expect(cluster.internalRequests).toContain(`POST http://worker1:8083/ /connectors/${name}/tasks`);
    const before = cluster.internalRequests.length;
    second.worker.taskConfigsOf = async () => [{ index: '0' }, { index: '1' }, { index: '2' }];
    second.worker.requestReconfiguration(name);
    await awaitRunning(leader.herder, name, 3);
    expect(cluster.internalRequests.slice(before)).toEqual([
      `POST http://worker1:8083/ /connectors/${name}/tasks`,
    ]);
  });

  test('are tried again until the leader accepts them', async () => {
    const { leader, second, name } = await follower();
    const refused = cluster.internalRequests.length;
    cluster.failInternalRequests = 2;
    second.worker.taskConfigsOf = async () => [{ index: '0' }, { index: '1' }];
    second.worker.requestReconfiguration(name);
    await awaitRunning(leader.herder, name, 2);
    expect(cluster.internalRequests.length - refused).toBeGreaterThanOrEqual(3);
    expect(second.lines.join('\n')).toContain(`task configs of connector ${name} could not be made`);
  });
});

describe('requests of other workers', () => {
  test('need the signature of the session key', async () => {
    const { herder } = await cluster.start();
    await create(herder, 'a');
    await awaitRunning(herder, 'a', 1);
    const body = '[{"index":"0"},{"index":"1"}]';
    const put = (received: typeof unsigned | ReturnType<typeof sign>) =>
      herder.putTaskConfigs('a', JSON.parse(body), received, soon());
    await expect(put({ ...unsigned, body })).rejects.toThrow('Internal request missing required signature');
    expect(await put({ ...sign(`${body} `), body }).catch(codeOf)).toBe('forbidden');
    await put(sign(body));
    await awaitRunning(herder, 'a', 2);
  });

  test('go unsigned where the group has agreed on an older protocol', async () => {
    const { herder } = await cluster.start({ 'connect.protocol': 'compatible' });
    await create(herder, 'a');
    await awaitRunning(herder, 'a', 1);
    await herder.putTaskConfigs('a', [{ index: '0' }, { index: '1' }], unsigned, soon());
    await awaitRunning(herder, 'a', 2);
  });

  test('name the leader when they reach another worker', async () => {
    const { second, name } = await follower();
    const failure = await second.herder.putTaskConfigs(name, [], sign('[]'), soon()).catch((error) => error);
    expect(placeOf(failure)).toBe('http://worker1:8083/');
    const fence = await second.herder.fenceZombies(name, sign(''), soon()).catch((error) => error);
    expect(placeOf(fence)).toBe('http://worker1:8083/');
  });

  test('are refused for connectors that are not there, and tasks for one that is stopped', async () => {
    const { herder } = await cluster.start();
    await expect(herder.putTaskConfigs('a', [], sign('[]'), soon())).rejects.toThrow('Connector a not found');
    await create(herder, 'a');
    await awaitRunning(herder, 'a', 1);
    await herder.stopConnector('a', soon());
    await expect(herder.putTaskConfigs('a', [{}], sign('[{}]'), soon())).rejects.toThrow(
      'Cannot submit non-empty set of task configs for stopped connector a',
    );
    await herder.putTaskConfigs('a', [], sign('[]'), soon());
  });

  test('for fencing are about source connectors that are there, and signed', async () => {
    const { herder } = await cluster.start();
    await expect(herder.fenceZombies('a', sign(''), soon())).rejects.toThrow('Connector a not found');
    await create(herder, 'a');
    await awaitRunning(herder, 'a', 1);
    await expect(herder.fenceZombies('a', unsigned, soon())).rejects.toThrow('missing required signature');
    await herder.fenceZombies('a', sign(''), soon());
    expect(cluster.topics.lines('configs')).toContain('tasks-fencing-a={"task-count":1}');
  });
});
