import { setTimeout as delay } from 'node:timers/promises';
import { defineConfig } from '../../config/define-config.ts';
import { int, string } from '../../config/kinds.ts';
import { atLeast, nonEmptyString } from '../../config/validators.ts';
import { ConnectError } from '../../errors/connect-error.ts';
import type { SinkConnectorPlugin, SourceConnectorPlugin } from '../../plugin-api/plugin.ts';
import type { Settings, SourceTask } from '../../plugin-api/source-connector.ts';

const description = {
  version: '2.0',
  summary: 'For tests.',
  support: 'supported',
  system: 'tests',
  verified: 'by the tests that use it',
} as const;

/** Ways to misbehave, for the setting `fault` of connector and task. */
export const faults = [
  'none',
  'start-error',
  'poll-error',
  'uncaught',
  'exit',
  'endless-loop',
  'heap',
  'ignore-stop',
  'connector-start',
  'connector-stop-hangs',
  'too-many-tasks',
  'task-configs',
] as const;

/** Numbers from 0 as text, each once, resumed at its offset; then nothing more. */
export const sequenceSource: SourceConnectorPlugin = {
  ...description,
  type: 'source',
  className: 'test.SequenceSourceConnector',
  taskClassName: 'test.SequenceSourceTask',
  title: 'Sequence',
  config: defineConfig({
    topic: string({
      importance: 'HIGH',
      validator: nonEmptyString(),
      group: 'Sequence',
      documentation: 'Where to.',
    }),
    count: int({
      importance: 'HIGH',
      default: 10,
      validator: atLeast(0),
      group: 'Sequence',
      documentation: 'How many.',
    }),
    fault: string({
      importance: 'LOW',
      default: 'none',
      group: 'Sequence',
      documentation: 'How to misbehave.',
    }),
  }),
  createConnector: () => {
    let settings: Settings = {};
    return {
      start: (given) => {
        settings = given;
        if (given.fault === 'connector-start')
          throw new ConnectError('config', 'the connector refuses to start');
      },
      taskConfigs: (maxTasks) => {
        if (settings.fault === 'task-configs') throw new ConnectError('retriable', 'no task configs now');
        const count = settings.fault === 'too-many-tasks' ? maxTasks + 1 : maxTasks;
        return Array.from({ length: count }, (_, index) => ({
          topic: settings.topic ?? '',
          count: settings.count ?? '10',
          fault: settings.fault ?? 'none',
          index: String(index),
        }));
      },
      stop: async () => {
        if (settings.fault === 'connector-stop-hangs') await new Promise(() => {});
      },
      alterOffsets: (_settings, offsets) => {
        for (const { offset } of offsets) {
          if (offset !== null && typeof offset.next !== 'bigint' && typeof offset.next !== 'number') {
            throw new ConnectError('unknown', 'an offset needs next');
          }
        }
        return true;
      },
    };
  },
  createTask: () => new SequenceTask(),
};

class SequenceTask implements SourceTask {
  #settings: Settings = {};
  #signal: AbortSignal | undefined;
  #partition = { sequence: '0' };
  #next = 0;

  async start(settings: Settings, context: Parameters<SourceTask['start']>[1]): Promise<void> {
    this.#settings = settings;
    this.#signal = context.signal;
    this.#partition = { sequence: settings.index ?? '0' };
    if (settings.fault === 'start-error') throw new ConnectError('config', 'the task refuses to start');
    const offset = await context.offsets.offset(this.#partition);
    this.#next = Number(offset?.next ?? 0);
  }

  async poll() {
    await this.#misbehave();
    const end = Math.min(Number(this.#settings.count), this.#next + 7);
    if (this.#next >= end) {
      await delay(200, undefined, { signal: this.#signal }).catch(() => undefined);
      return null;
    }
    const first = this.#next;
    this.#next = end;
    return Array.from({ length: end - first }, (_, index) => ({
      sourcePartition: this.#partition,
      sourceOffset: { next: first + index + 1 },
      topic: this.#settings.topic ?? '',
      kafkaPartition: null,
      keySchema: null,
      key: null,
      valueSchema: null,
      value: String(first + index),
      timestamp: null,
      headers: null,
    }));
  }

  stop(): void {}

  async #misbehave(): Promise<void> {
    switch (this.#settings.fault) {
      case 'poll-error':
        throw new ConnectError('unknown', 'the task fails in poll');
      case 'uncaught':
        setTimeout(() => {
          throw new Error('thrown where nobody catches');
        }, 1);
        await delay(100);
        return;
      case 'exit':
        process.exit(7);
        return;
      case 'endless-loop':
        for (;;) this.#next += 0;
      case 'heap':
        for (const kept: unknown[] = []; ; ) kept.push(new Array(100_000).fill(kept.length));
      case 'ignore-stop':
        await new Promise((resolve) => setTimeout(resolve, 600_000));
    }
  }
}

/** Keeps the values it gets in memory. */
export const recordingSink: SinkConnectorPlugin = {
  ...description,
  type: 'sink',
  className: 'test.RecordingSinkConnector',
  taskClassName: 'test.RecordingSinkTask',
  title: 'Recording',
  config: defineConfig({ file: string({ importance: 'LOW', default: null, documentation: 'Nothing.' }) }),
  createConnector: () => ({
    start: () => {},
    taskConfigs: (maxTasks) => Array.from({ length: maxTasks }, () => ({})),
    stop: () => {},
  }),
  createTask: () => ({ start: () => {}, put: () => {}, stop: () => {} }),
};
