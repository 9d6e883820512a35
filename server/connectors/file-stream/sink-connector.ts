import { parseConfig } from '../../config/parse-config.ts';
import type { SinkConnector } from '../../plugin-api/sink-connector.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import { fileStreamSinkConfig } from './sink-config.ts';

/** Every task appends to the same file. */
export class FileStreamSinkConnector implements SinkConnector {
  #settings: Settings = {};

  start(settings: Settings): void {
    parseConfig(fileStreamSinkConfig, settings);
    this.#settings = settings;
  }

  taskConfigs(maxTasks: number): readonly Settings[] {
    return Array.from({ length: maxTasks }, () => this.#settings);
  }

  stop(): void {}

  alterOffsets(): boolean {
    return true;
  }
}
