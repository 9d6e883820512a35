import { parseConfig } from '../../config/parse-config.ts';
import { ConnectError } from '../../errors/connect-error.ts';
import type { Settings, SourceConnector } from '../../plugin-api/source-connector.ts';
import type { SourceOffset, SourcePartition } from '../../records/record.ts';
import { fileStreamSourceConfig } from './source-config.ts';
import { checkOffset } from './source-offset.ts';

/** One file is one partition, so there is always one task. */
export class FileStreamSourceConnector implements SourceConnector {
  #settings: Settings = {};

  start(settings: Settings): void {
    parseConfig(fileStreamSourceConfig, settings);
    this.#settings = settings;
  }

  taskConfigs(): readonly Settings[] {
    return [this.#settings];
  }

  stop(): void {}

  exactlyOnceSupport(settings: Settings): 'supported' | 'unsupported' {
    return readsStdin(settings) ? 'unsupported' : 'supported';
  }

  alterOffsets(
    settings: Settings,
    offsets: readonly { readonly partition: SourcePartition; readonly offset: SourceOffset | null }[],
  ): boolean {
    if (readsStdin(settings)) {
      throw new ConnectError(
        'bad-request',
        "Offsets cannot be modified if the 'file' configuration is unspecified: standard input keeps no offsets.",
      );
    }
    for (const { partition, offset } of offsets) checkOffset(partition, offset);
    return true;
  }
}

function readsStdin(settings: Settings): boolean {
  return (settings.file ?? '').trim() === '';
}
