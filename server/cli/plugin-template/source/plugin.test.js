import assert from 'node:assert/strict';
import test from 'node:test';
import { plugin } from './plugin.js';
import { PluginClassSourceTask } from './task.js';

const settings = { topic: 'numbers', 'interval.ms': '1' };

/** What the worker gives to a task. */
function contextWith(offset = null) {
  const stopping = new AbortController();
  return {
    log: () => {},
    signal: stopping.signal,
    offsets: { offset: async () => offset, offsets: async (partitions) => partitions.map(() => offset) },
    stopping,
  };
}

test('the plugin says what it is', () => {
  assert.equal(plugin.type, 'source');
  assert.match(plugin.className, /SourceConnector$/);
});

test('the connector gives one task its settings', () => {
  const connector = plugin.createConnector();
  connector.start(settings);
  assert.deepEqual(connector.taskConfigs(10), [settings]);
});

test('a task begins with 1 and counts', async () => {
  const task = new PluginClassSourceTask();
  await task.start(settings, contextWith());
  const [first] = await task.poll();
  const [second] = await task.poll();
  assert.deepEqual([first.topic, first.value, second.value], ['numbers', 'record 1', 'record 2']);
  assert.deepEqual(second.sourceOffset, { count: 2 });
});

test('a task goes on after the offset that was committed', async () => {
  const task = new PluginClassSourceTask();
  await task.start(settings, contextWith({ count: 41 }));
  const [record] = await task.poll();
  assert.equal(record.value, 'record 42');
});

test('a task that is asked to stop does not wait', async () => {
  const task = new PluginClassSourceTask();
  const context = contextWith();
  await task.start({ ...settings, 'interval.ms': '60000' }, context);
  const polled = task.poll();
  context.stopping.abort();
  assert.equal(await polled, null);
});

test('settings that are wrong are refused', async () => {
  const task = new PluginClassSourceTask();
  await assert.rejects(task.start({ topic: 'numbers', 'interval.ms': '0' }, contextWith()), /interval.ms/);
});
