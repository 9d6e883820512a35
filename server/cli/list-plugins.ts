import { existsSync } from 'node:fs';
import { ConnectError } from '../errors/connect-error.ts';
import { listPlugins as list, type PluginRow } from '../main/installed-plugins.ts';
import type { CommandContext } from './command-context.ts';
import { readWorkerFile } from './settings-file.ts';

/** `millrace plugins list`: what a worker with this `plugin.path` would find. */
export async function listPlugins({ options, say }: CommandContext): Promise<void> {
  const configured =
    options.config === undefined ? '' : readWorkerFile(options.config).entries['plugin.path'];
  const pluginPath = [options['plugin-path'], configured]
    .flatMap((text) => (text ?? '').split(','))
    .map((path) => path.trim())
    .filter((path) => path !== '');
  for (const path of pluginPath) {
    if (!existsSync(path)) {
      throw new ConnectError('config', `${path} of the plugin path does not exist`);
    }
  }
  const warnings: string[] = [];
  const rows = await list(pluginPath, (message) => void warnings.push(message));
  if (options.json === 'true') {
    say(JSON.stringify(rows, null, 2));
    return;
  }
  say(table([['CLASS', 'TYPE', 'VERSION', 'LOCATION', 'STATE'], ...rows.map(cells)]));
  for (const warning of warnings) say(warning);
}

function cells(row: PluginRow): readonly string[] {
  return [
    row.class ?? '-',
    row.type ?? '-',
    row.version ?? '-',
    row.location ?? 'bundled',
    row.reason === null ? row.state : `${row.state}: ${row.reason.replaceAll(/\s+/g, ' ')}`,
  ];
}

function table(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  return lines
    .map((line) =>
      line
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
