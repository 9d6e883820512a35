import { afterAll, describe, expect, test } from 'vitest';
import { waitFor } from '../testing/wait.ts';
import type { ConfigStore } from './config-store.ts';
import { KafkaConfigStore } from './kafka-config-store.ts';
import { MemoryConfigStore } from './memory-config-store.ts';
import { kafkasUnderTest, testTopic } from './testing/kafkas-under-test.ts';
import { RecordedConfigChanges } from './testing/recorded-config-changes.ts';

const signal = AbortSignal.timeout(60_000);

const kafkas = await kafkasUnderTest();

afterAll(() => Promise.all(kafkas.map(({ close }) => close())));

const bodies: readonly { readonly name: string; readonly create: () => ConfigStore }[] = [
  { name: 'memory', create: () => new MemoryConfigStore() },
  ...kafkas.map(({ name, create }) => ({
    name,
    create: () => new KafkaConfigStore({ kafka: create(), topic: testTopic('config', 1), log: () => {} }),
  })),
];

describe.each(bodies)('config store in $name', ({ create }) => {
  async function started(): Promise<{ store: ConfigStore; changes: RecordedConfigChanges }> {
    const store = create();
    const changes = new RecordedConfigChanges();
    await store.start(signal, changes);
    return { store, changes };
  }

  test('is empty at first, with no session key and offset -1', async () => {
    const { store } = await started();
    const snapshot = store.snapshot();
    expect(snapshot.offset).toBe(-1);
    expect(snapshot.connectors()).toEqual([]);
    expect(snapshot.sessionKey).toBeNull();
    expect(snapshot.connectorConfig('none')).toBeNull();
    expect(snapshot.tasks('none')).toEqual([]);
    await store.stop();
  });

  test('has a connector as soon as the write has ended, STARTED unless said otherwise', async () => {
    const { store, changes } = await started();
    await store.putConnectorConfig('a', { name: 'a', x: '1' }, null);
    await store.putConnectorConfig('b', { name: 'b' }, 'STOPPED');
    const snapshot = store.snapshot();
    expect(snapshot.connectors()).toEqual(['a', 'b']);
    expect(snapshot.connectorConfig('a')).toEqual({ name: 'a', x: '1' });
    expect(snapshot.targetState('a')).toBe('STARTED');
    expect(snapshot.targetState('b')).toBe('STOPPED');
    expect(snapshot.offset).toBe(3);
    // The initial state is no change of a target state.
    expect(changes.calls).toEqual(['config a', 'config b']);
    await store.stop();
  });

  test('a snapshot does not change with later writes', async () => {
    const { store } = await started();
    await store.putConnectorConfig('a', { x: '1' }, null);
    const before = store.snapshot();
    await store.putConnectorConfig('a', { x: '2' }, null);
    await store.putTaskConfigs('a', [{ t: '0' }]);
    await store.putTargetState('a', 'PAUSED');
    expect(before.connectorConfig('a')).toEqual({ x: '1' });
    expect(before.tasks('a')).toEqual([]);
    expect(before.targetState('a')).toBe('STARTED');
    expect(store.snapshot().connectorConfig('a')).toEqual({ x: '2' });
    await store.stop();
  });

  test('task configs come together, with the connector config they were made from', async () => {
    const { store, changes } = await started();
    await store.putConnectorConfig('a', { x: '1' }, null);
    await store.putTaskConfigs('a', [{ t: '0' }, { t: '1' }]);
    await store.putConnectorConfig('a', { x: '2' }, null);
    const snapshot = store.snapshot();
    expect(snapshot.tasks('a')).toEqual([0, 1]);
    expect(snapshot.taskConfig('a', 1)).toEqual({ t: '1' });
    expect(snapshot.appliedConnectorConfig('a')).toEqual({ x: '1' });
    expect(snapshot.taskConfigGeneration('a')).toBe(0);
    await store.putTaskConfigs('a', []);
    expect(store.snapshot().tasks('a')).toEqual([]);
    expect(store.snapshot().appliedConnectorConfig('a')).toEqual({ x: '2' });
    expect(changes.calls).toEqual(['config a', 'tasks a', 'config a', 'tasks a']);
    await store.stop();
  });

  test('a removed connector is gone with its tasks and target state, and can come back', async () => {
    const { store, changes } = await started();
    await store.putConnectorConfig('a', { x: '1' }, 'PAUSED');
    await store.putTaskConfigs('a', [{ t: '0' }]);
    await store.removeConnectorConfig('a');
    expect(store.snapshot().connectors()).toEqual([]);
    expect(store.snapshot().tasks('a')).toEqual([]);
    expect(store.snapshot().targetState('a')).toBeNull();
    await store.putConnectorConfig('a', { x: '2' }, null);
    expect(store.snapshot().targetState('a')).toBe('STARTED');
    expect(store.snapshot().tasks('a')).toEqual([]);
    expect(changes.calls).toEqual(['config a', 'tasks a', 'removed a', 'config a']);
    await store.stop();
  });

  test('tells of a target state only when it changes', async () => {
    const { store, changes } = await started();
    await store.putConnectorConfig('a', {}, null);
    for (const state of ['PAUSED', 'PAUSED', 'STARTED', 'STOPPED'] as const)
      await store.putTargetState('a', state);
    await waitFor('three changes', () => changes.calls.length === 4);
    expect(changes.calls).toEqual(['config a', 'target a', 'target a', 'target a']);
    expect(store.snapshot().targetState('a')).toBe('STOPPED');
    await store.stop();
  });

  test('hands on session keys, restart requests and log levels', async () => {
    const { store, changes } = await started();
    const sessionKey = { key: Buffer.from('secret'), algorithm: 'HmacSHA256', createdAt: 17 };
    await store.putSessionKey(sessionKey);
    await store.putRestartRequest({ connector: 'a', onlyFailed: true, includeTasks: false });
    await store.putLoggerLevel('org.apache', 'DEBUG');
    await waitFor('three changes', () => changes.calls.length === 3);
    expect(changes.calls).toEqual([
      'session key',
      'restart a onlyFailed=true includeTasks=false',
      'logger org.apache DEBUG',
    ]);
    expect(store.snapshot().sessionKey).toEqual(sessionKey);
    await store.stop();
  });

  test('leaves names alone that look like keys of other records', async () => {
    const { store } = await started();
    for (const name of ['connector-task-1', 'a-0', 'target-state-x', 'ü {a:b}/%']) {
      await store.putConnectorConfig(name, { name }, 'PAUSED');
      await store.putTaskConfigs(name, [{ of: name }]);
    }
    for (const name of ['connector-task-1', 'a-0', 'target-state-x', 'ü {a:b}/%']) {
      expect(store.snapshot().connectorConfig(name)).toEqual({ name });
      expect(store.snapshot().taskConfig(name, 0)).toEqual({ of: name });
      expect(store.snapshot().targetState(name)).toBe('PAUSED');
    }
    await store.stop();
  });
});
