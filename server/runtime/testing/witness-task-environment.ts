import { appendFileSync } from 'node:fs';
import { defineConfig } from '../../config/define-config.ts';
import { string } from '../../config/kinds.ts';
import { openKafkaClient } from '../../kafka/open-kafka-client.ts';
import type { SinkConnectorPlugin } from '../../plugin-api/plugin.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import { bundledPlugins } from '../../plugins/bundled-plugins.ts';
import type { SinkRecord } from '../../records/record.ts';
import { Struct } from '../../records/struct.ts';
import type { TaskEnvironment } from '../task/task-environment.ts';
import { pluginList } from './plugin-list.ts';

/** One line of the witness: what the sink was given, long things as their size. */
export interface Witnessed {
  readonly offset: number;
  readonly key: unknown;
  readonly value: unknown;
  readonly headers: readonly (readonly [string, unknown])[];
  readonly headerCount: number;
}

/** The value that ends the thread of the sink, as a crash inside a native library would. */
export const deadlyValue = 'deadly';

const shownHeaders = 10;

/** Writes a line of JSON for each record to `file`. */
export const witnessSink: SinkConnectorPlugin = {
  type: 'sink',
  className: 'test.WitnessSinkConnector',
  taskClassName: 'test.WitnessSinkTask',
  version: '1.0',
  title: 'Witness',
  summary: 'For tests.',
  support: 'supported',
  system: 'tests',
  verified: 'by the tests that use it',
  config: defineConfig({ file: string({ importance: 'HIGH', documentation: 'Where to.' }) }),
  createConnector: () => {
    let settings: Settings = {};
    return {
      start: (given) => {
        settings = given;
      },
      taskConfigs: () => [{ file: settings.file ?? '' }],
      stop: () => {},
    };
  },
  createTask: () => {
    let file = '';
    return {
      start: (settings) => {
        file = settings.file ?? '';
      },
      put: (records) => {
        for (const record of records) {
          if (record.value === deadlyValue) process.exit(9);
          appendFileSync(file, `${JSON.stringify(witnessed(record))}\n`);
        }
      },
      stop: () => {},
    };
  },
};

function witnessed({ kafkaOffset, key, value, headers }: SinkRecord): Witnessed {
  const all = [...(headers ?? [])];
  return {
    offset: kafkaOffset,
    key: shown(key),
    value: shown(value),
    headers: all.slice(0, shownHeaders).map((header) => [header.key, shown(header.value)] as const),
    headerCount: all.length,
  };
}

function shown(value: unknown): unknown {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (value instanceof Struct) return `${value.schema.fields.length} fields`;
  if (value instanceof Map) return `${value.size} entries`;
  if (Array.isArray(value)) return `${value.length} items`;
  if (typeof value === 'string' && value.length > 100) return `${value.length} characters`;
  return typeof value === 'bigint' ? value.toString() : (value ?? null);
}

export const witnessPlugins = [witnessSink, ...bundledPlugins];

/** The plugins that come with Millrace, and the witness, on a real cluster. */
export const environment: TaskEnvironment = { plugins: pluginList(witnessPlugins), openKafkaClient };
