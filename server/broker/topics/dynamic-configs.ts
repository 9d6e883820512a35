import { existsSync, readFileSync } from 'node:fs';
import { ConnectError, messageOf } from '../../errors/connect-error.ts';
import { replaceFile } from '../log/file-io.ts';

type Settings = Readonly<Record<string, string>>;

/** Broker settings that were changed while it ran, kept in one file: those of this broker, and those of all brokers. */
export interface DynamicConfigs {
  readonly broker: Settings;
  readonly cluster: Settings;
}

export function readDynamicConfigs(path: string): DynamicConfigs {
  if (!existsSync(path)) return { broker: {}, cluster: {} };
  try {
    const content = JSON.parse(readFileSync(path, 'utf8')) as Partial<DynamicConfigs> | null;
    return { broker: settingsOf(content?.broker), cluster: settingsOf(content?.cluster) };
  } catch (error) {
    throw new ConnectError(
      'illegal-state',
      `${path} cannot be read (${messageOf(error)}); restore it, or remove it to go back to the settings at start`,
      { cause: error },
    );
  }
}

function settingsOf(value: unknown): Settings {
  if (typeof value !== 'object' || value === null) throw new Error('not an object of settings');
  const entries = Object.entries(value);
  for (const [name, text] of entries) {
    if (typeof text !== 'string') throw new Error(`${name} is not text`);
  }
  return Object.fromEntries(entries);
}

export function writeDynamicConfigs(path: string, configs: DynamicConfigs): void {
  replaceFile(path, `${JSON.stringify(configs, null, 1)}\n`);
}
