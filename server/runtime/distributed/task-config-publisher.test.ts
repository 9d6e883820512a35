import { afterEach, describe, expect, test } from 'vitest';
import { ConnectError } from '../../errors/connect-error.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import { MemoryConfigStore } from '../../storage/memory-config-store.ts';
import { waitFor } from '../../testing/wait.ts';
import { TaskConfigPublisher, type TaskConfigPublisherOptions } from './task-config-publisher.ts';

let publisher: TaskConfigPublisher | undefined;

afterEach(() => publisher?.stop());

async function arrange(more: Partial<TaskConfigPublisherOptions> = {}) {
  const store = new MemoryConfigStore();
  await store.putConnectorConfig('a', { name: 'a' }, null);
  const published: (readonly Settings[])[] = [];
  const lines: string[] = [];
  const state = {
    isRunning: true,
    configs: async (): Promise<readonly Settings[]> => [{ t: '0' }],
    asked: 0,
  };
  publisher = new TaskConfigPublisher({
    worker: {
      isConnectorRunning: () => state.isRunning,
      taskConfigs: async () => {
        state.asked++;
        return await state.configs();
      },
    },
    snapshot: () => store.snapshot(),
    publish: async (connector, configs) => {
      published.push(configs);
      await store.putTaskConfigs(connector, configs);
    },
    log: (_level, message) => lines.push(message),
    firstRetryMs: 5,
    maxRetryMs: 20,
    ...more,
  });
  return { store, published, lines, state, publisher };
}

describe('task config publisher', () => {
  test('publishes what changed and nothing else', async () => {
    const { store, published, state, publisher } = await arrange();
    publisher.request('a');
    await waitFor('the first configs', () => published.length === 1);
    publisher.request('a');
    await waitFor('the second question', () => state.asked === 2);
    state.configs = async () => [{ t: '0' }, { t: '1' }];
    publisher.request('a');
    await waitFor('the second configs', () => published.length === 2);
    await store.putConnectorConfig('a', { name: 'a', x: 'new' }, null);
    publisher.request('a');
    await waitFor('the same configs for another connector config', () => published.length === 3);
    expect(published).toEqual([[{ t: '0' }], [{ t: '0' }, { t: '1' }], [{ t: '0' }, { t: '1' }]]);
  });

  test('requests during a run make one more run', async () => {
    const { state, publisher } = await arrange();
    const gate = Promise.withResolvers<readonly Settings[]>();
    state.configs = () => gate.promise;
    for (let request = 0; request < 5; request++) publisher.request('a');
    await waitFor('the first question', () => state.asked === 1);
    gate.resolve([]);
    await waitFor('the second question', () => state.asked === 2);
    publisher.request('a');
    await waitFor('the third question', () => state.asked === 3);
  });

  test('asks nobody about a connector that does not run or shall not run', async () => {
    const { store, state, publisher } = await arrange();
    await store.putTargetState('a', 'PAUSED');
    publisher.request('a');
    state.isRunning = false;
    await store.putTargetState('a', 'STARTED');
    publisher.request('a');
    state.isRunning = true;
    publisher.request('a');
    await waitFor('the question', () => state.asked === 1);
  });

  test('publishes nothing when the connector was paused while it was asked', async () => {
    const { store, published, state, publisher } = await arrange();
    const gate = Promise.withResolvers<readonly Settings[]>();
    state.configs = () => gate.promise;
    publisher.request('a');
    await waitFor('the question', () => state.asked === 1);
    await store.putTargetState('a', 'PAUSED');
    gate.resolve([{ t: '0' }]);
    publisher.request('a');
    expect(published).toEqual([]);
  });

  test('tries again after every failure, of the connector and of the write', async () => {
    let writes = 0;
    const { state, lines, publisher } = await arrange({
      publish: async () => {
        if (++writes < 3) throw new ConnectError('kafka', 'no leader');
      },
    });
    let attempts = 0;
    state.configs = async () => {
      if (++attempts < 3) throw new ConnectError('config', 'not ready');
      return [{}];
    };
    publisher.request('a');
    await waitFor('the write', () => writes === 3);
    expect(lines.filter((line) => line.includes('not ready'))).toHaveLength(2);
    expect(lines.filter((line) => line.includes('no leader'))).toHaveLength(2);
  });

  test('a connector that hangs is given up and asked again', async () => {
    const { state, lines, published, publisher } = await arrange({ generationTimeoutMs: 10 });
    state.configs = () => (state.asked === 1 ? new Promise(() => {}) : Promise.resolve([{}]));
    publisher.request('a');
    await waitFor('the configs', () => published.length === 1);
    expect(lines[0]).toContain('generating task configs for connector a did not end within 10 ms');
  });

  test('does not ask again a connector that failed over too many tasks', async () => {
    const { state, lines, publisher } = await arrange();
    state.configs = async () => {
      state.isRunning = false;
      throw new ConnectError('config', 'too many tasks');
    };
    publisher.request('a');
    await waitFor('the failure', () => !state.isRunning);
    await new Promise((resolve) => setImmediate(resolve));
    state.isRunning = true;
    state.configs = async () => [{}];
    publisher.request('a');
    await waitFor('the next request', () => state.asked === 2);
    expect(lines).toEqual([]);
  });

  test('a cancelled run publishes nothing more', async () => {
    const { state, published, publisher } = await arrange();
    const gate = Promise.withResolvers<readonly Settings[]>();
    state.configs = () => gate.promise;
    publisher.request('a');
    await waitFor('the question', () => state.asked === 1);
    publisher.cancel('a');
    gate.resolve([{ t: 'old' }]);
    state.configs = async () => [{ t: 'new' }];
    publisher.request('a');
    await waitFor('the new configs', () => published.length === 1);
    expect(published).toEqual([[{ t: 'new' }]]);
  });
});
