import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseConfig } from '../config/parse-config.ts';
import { codeOf } from '../errors/connect-error.ts';
import type { ConnectorPlugin, SinkConnectorPlugin, SourceConnectorPlugin } from '../plugin-api/plugin.ts';
import type { SinkTaskContext } from '../plugin-api/sink-connector.ts';
import type { Settings, SourceConnectorContext, SourceTaskContext } from '../plugin-api/source-connector.ts';
import { bundledPlugins } from './bundled-plugins.ts';
import { classesInTables, withCurrentTables } from './readme-tables.ts';

/** Settings that work in a fresh folder, for each bundled connector. */
const samples: Readonly<Record<string, (folder: string) => Settings>> = {
  'org.apache.kafka.connect.file.FileStreamSourceConnector': (folder) => {
    writeFileSync(join(folder, 'in.txt'), 'one\ntwo\n');
    return { file: join(folder, 'in.txt'), topic: 'lines' };
  },
  'org.apache.kafka.connect.file.FileStreamSinkConnector': (folder) => ({ file: join(folder, 'out.txt') }),
  'io.confluent.kafka.connect.datagen.DatagenConnector': () => ({
    'kafka.topic': 'made',
    quickstart: 'orders',
    'max.interval': '0',
    iterations: '10',
  }),
};

const connectors = bundledPlugins.filter(
  (plugin): plugin is ConnectorPlugin => plugin.type === 'source' || plugin.type === 'sink',
);
const sources = connectors.filter((plugin): plugin is SourceConnectorPlugin => plugin.type === 'source');
const sinks = connectors.filter((plugin): plugin is SinkConnectorPlugin => plugin.type === 'sink');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'connector-contract-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function settingsOf(plugin: ConnectorPlugin): Settings {
  const sample = samples[plugin.className];
  if (sample === undefined) throw new Error(`${plugin.className} needs settings in this file`);
  return sample(folder);
}

const noOffsets = {
  offset: async () => null,
  offsets: async (all: readonly unknown[]) => all.map(() => null),
};
const connectorContext: SourceConnectorContext = {
  log: () => {},
  requestTaskReconfiguration: () => {},
  raiseError: (error) => {
    throw error;
  },
  offsets: noOffsets,
};

function sourceContext(signal: AbortSignal): SourceTaskContext {
  return { log: () => {}, offsets: noOffsets, signal };
}

function sinkContext(signal: AbortSignal): SinkTaskContext {
  return {
    log: () => {},
    signal,
    offset: () => {},
    timeout: () => {},
    assignment: () => [],
    pause: () => {},
    resume: () => {},
    requestCommit: () => {},
    errantRecordReporter: null,
  };
}

describe.each(connectors)('$title', (plugin) => {
  test('says what it is, and documents, names and orders its keys', () => {
    expect(plugin.title).toMatch(/ (source|sink)$/);
    expect(plugin.summary).toMatch(/^[A-Z].*\.$/);
    expect(plugin.verified).not.toBe('');
    for (const [name, key] of Object.entries(plugin.config.keys)) {
      expect(key.documentation, name).toMatch(/^[A-Z].*[.]$/s);
      if (!key.internal) expect(key.displayName, name).toMatch(/^[A-Z]/);
    }
  });

  test('has a README whose table of keys is up to date', () => {
    const readmes = globSync('*/README.md', { cwd: resolve(import.meta.dirname, '../connectors') })
      .map((file) => readFileSync(resolve(import.meta.dirname, '../connectors', file), 'utf8'))
      .filter((readme) => classesInTables(readme).includes(plugin.className));
    expect(readmes).toHaveLength(1);
    const [readme = ''] = readmes;
    expect(withCurrentTables(readme, bundledPlugins), 'run: node server/plugins/write-readme-tables.ts').toBe(
      readme,
    );
  });

  test('starts and stops twice, with at least one task config and no more than allowed', async () => {
    const settings = settingsOf(plugin);
    for (let round = 0; round < 2; round++) {
      const connector = plugin.createConnector();
      await connector.start(settings, connectorContext);
      for (const maxTasks of [1, 4]) {
        const configs = await connector.taskConfigs(maxTasks);
        expect(configs.length).toBeGreaterThan(0);
        expect(configs.length).toBeLessThanOrEqual(maxTasks);
        for (const config of configs) expect(() => parseConfig(plugin.config, config)).not.toThrow();
      }
      await connector.stop();
      await connector.stop();
    }
  });

  test('a task that never started, or failed to start, can be stopped', async () => {
    await plugin.createTask().stop();
    const required = Object.entries(plugin.config.keys).find(([, key]) => key.default === undefined);
    if (required === undefined) return;
    const task = plugin.createTask();
    const { signal } = new AbortController();
    const started = (async () =>
      await task.start({}, { ...sourceContext(signal), ...sinkContext(signal) }))();
    await expect(started).rejects.toSatisfy((error) => codeOf(error) === 'config');
    await task.stop();
  });
});

describe.each(sources)('$title as a source', (plugin) => {
  test('records of a partition share one partition object and have an offset', async () => {
    const task = plugin.createTask();
    await task.start(settingsOf(plugin), sourceContext(new AbortController().signal));
    const records = (await task.poll()) ?? [];
    await task.stop();
    expect(records.length).toBeGreaterThan(1);
    const partitions = new Map(records.map((record) => [JSON.stringify(record.sourcePartition), record]));
    expect(new Set(records.map((record) => record.sourcePartition)).size).toBe(partitions.size);
    expect(records.every((record) => record.sourceOffset !== null)).toBe(true);
  });

  test('a poll that waits for data ends soon after the task is asked to stop', async () => {
    const abort = new AbortController();
    const task = plugin.createTask();
    await task.start(settingsOf(plugin), sourceContext(abort.signal));
    while ((await task.poll()) !== null);
    const waiting = (async () => await task.poll())();
    abort.abort();
    const asked = performance.now();
    await waiting;
    await task.stop();
    expect(performance.now() - asked).toBeLessThan(1_000);
  });
});

describe.each(sinks)('$title as a sink', (plugin) => {
  test('takes an empty batch, flushes nothing, and starts again after a stop', async () => {
    const settings = settingsOf(plugin);
    for (let round = 0; round < 2; round++) {
      const task = plugin.createTask();
      await task.start(settings, sinkContext(new AbortController().signal));
      await task.open?.([{ topic: 't', partition: 0 }]);
      await task.put([]);
      await task.flush?.([]);
      await task.close?.([{ topic: 't', partition: 0 }]);
      await task.stop();
      await task.stop();
    }
  });
});
