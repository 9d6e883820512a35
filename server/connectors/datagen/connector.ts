import { parseConfig } from '../../config/parse-config.ts';
import type { Settings, SourceConnector, SourceConnectorContext } from '../../plugin-api/source-connector.ts';
import type { SourceOffset, SourcePartition } from '../../records/record.ts';
import { unusedArgs } from './arg-names.ts';
import { datagenConfig } from './config.ts';
import { misspeltKeys } from './misspelt-keys.ts';
import { checkOffset, taskIdField } from './offset.ts';

/** As many tasks as are allowed, each with data of its own. */
export class DatagenConnector implements SourceConnector {
  #settings: Settings = {};

  start(settings: Settings, context: SourceConnectorContext): void {
    const config = parseConfig(datagenConfig, settings);
    this.#settings = settings;
    for (const { given, meant } of misspeltKeys(settings)) {
      context.log('warn', `There is no setting ${given}, so it is ignored. Is ${meant} meant?`);
    }
    for (const { place, name } of unusedArgs(config)) {
      context.log('warn', `${place}: there is no option ${name} in arg.properties, so it is ignored.`);
    }
  }

  taskConfigs(maxTasks: number): readonly Settings[] {
    return Array.from({ length: maxTasks }, (_, index) => ({
      ...this.#settings,
      [taskIdField]: String(index),
    }));
  }

  stop(): void {}

  /** The offset of a record has all that the next one depends on. */
  exactlyOnceSupport(): 'supported' {
    return 'supported';
  }

  alterOffsets(
    _settings: Settings,
    offsets: readonly { readonly partition: SourcePartition; readonly offset: SourceOffset | null }[],
  ): boolean {
    for (const { partition, offset } of offsets) checkOffset(partition, offset);
    return true;
  }
}
