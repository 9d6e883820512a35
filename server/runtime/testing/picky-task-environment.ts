import { defineConfig } from '../../config/define-config.ts';
import { openKafkaClient } from '../../kafka/open-kafka-client.ts';
import type { SinkConnectorPlugin } from '../../plugin-api/plugin.ts';
import type { SinkTask, SinkTaskContext } from '../../plugin-api/sink-connector.ts';
import type { SinkRecord } from '../../records/record.ts';
import type { TaskEnvironment } from '../task/task-environment.ts';
import { pluginList } from './plugin-list.ts';
import { dropMatching, textConverter, textHeaderConverter } from './text-plugins.ts';

/** Reports the values `bad`, and of `changed` a record of its own. */
class PickyTask implements SinkTask {
  #context: SinkTaskContext | undefined;

  start(_settings: object, context: SinkTaskContext): void {
    this.#context = context;
    context.log('info', `reporter: ${context.errantRecordReporter !== null}`);
  }

  async put(records: readonly SinkRecord[]): Promise<void> {
    const reporter = this.#context?.errantRecordReporter;
    for (const record of records) {
      if (record.value === 'bad') await reporter?.report(record, new Error('a bad row'));
      if (record.value === 'changed') {
        await reporter?.report({ ...record, value: 'by the task' }, new TypeError('a row of another kind'));
      }
    }
  }

  stop(): void {}
}

export const pickySink: SinkConnectorPlugin = {
  type: 'sink',
  className: 'test.PickySinkConnector',
  taskClassName: 'test.PickySinkTask',
  version: '1.0',
  title: 'Picky',
  summary: 'For tests.',
  support: 'supported',
  system: 'tests',
  verified: 'by the tests that use it',
  config: defineConfig({}),
  createConnector: () => ({ start: () => {}, taskConfigs: () => [{}], stop: () => {} }),
  createTask: () => new PickyTask(),
};

export const pickyPlugins = [pickySink, textConverter, textHeaderConverter, dropMatching];

/** Test plugins on a real cluster. */
export const environment: TaskEnvironment = { plugins: pluginList(pickyPlugins), openKafkaClient };
