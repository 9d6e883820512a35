import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { plugin } from './plugin.js';
import { PluginClassSinkTask } from './task.js';

test('the plugin says what it is', () => {
  assert.equal(plugin.type, 'sink');
  assert.match(plugin.className, /SinkConnector$/);
});

test('the connector gives one task its settings', () => {
  const connector = plugin.createConnector();
  connector.start({ path: 'x' });
  assert.deepEqual(connector.taskConfigs(10), [{ path: 'x' }]);
});

test('what was put is in the file after a flush, once', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'plugin-name-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'out.txt');
  const task = new PluginClassSinkTask();
  task.start({ path });
  task.put([{ value: 'one' }, { value: 'two' }]);
  await task.flush();
  await task.flush();
  assert.equal(await readFile(path, 'utf8'), 'one\ntwo\n');
});

test('settings that are wrong are refused', () => {
  assert.throws(() => new PluginClassSinkTask().start({ path: '' }), /path/);
});
