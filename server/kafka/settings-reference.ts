import { readFileSync, writeFileSync } from 'node:fs';
import type { ClientKind } from './settings-by-client.ts';
import { settingsByClient } from './settings-by-client.ts';
import type { Setting } from './settings-table.ts';

/** Writes the table of all client settings into the README of this room: `node server/kafka/settings-reference.ts`. */

export const readmePath = new URL('README.md', import.meta.url);

const begin = '<!-- client settings -->';
const end = '<!-- end of client settings -->';
const kinds = Object.keys(settingsByClient) as ClientKind[];

/** The README with the table as the declarations have it now. Throws when the place for it is missing. */
export function withCurrentSettings(readme: string): string {
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md lacks the lines ${begin} and ${end}`);
  return `${readme.slice(0, from + begin.length)}\n\n${settingsMarkdown()}\n${readme.slice(to)}`;
}

function settingsMarkdown(): string {
  const keys = new Set(kinds.flatMap((kind) => Object.keys(settingsByClient[kind])));
  const head = ['Key', 'Clients', 'Type', 'Default', 'Valid values', 'Honoured', 'What it sets'];
  return table([head, ...[...keys].toSorted().flatMap(rowsOf)]);
}

/** A row for each group of clients that has the key declared alike. */
function rowsOf(key: string): string[][] {
  const groups = new Map<string, ClientKind[]>();
  for (const kind of kinds) {
    const setting = settingsByClient[kind][key];
    if (setting === undefined) continue;
    const cells = JSON.stringify(cellsOf(setting));
    groups.set(cells, [...(groups.get(cells) ?? []), kind]);
  }
  return [...groups].map(([cells, clients]) => {
    const who = clients.length === kinds.length ? 'all' : clients.join(', ');
    return [`\`${key}\``, who, ...(JSON.parse(cells) as string[])];
  });
}

function cellsOf(setting: Setting<unknown>): string[] {
  const { type, range = '', support, doc } = setting;
  const honoured = support === undefined ? 'yes' : `${support.kind}: ${support.reason}`;
  return [type.toLowerCase(), defaultText(setting), range, honoured, doc];
}

function defaultText({ default: value, type }: Setting<unknown>): string {
  if (value === undefined) return '**required**';
  if (value === null) return 'none';
  if (value === '' || (Array.isArray(value) && value.length === 0)) return '(empty)';
  return type === 'PASSWORD' ? '(hidden)' : `\`${Array.isArray(value) ? value.join(',') : String(value)}\``;
}

/** Columns of equal width, so that formatters of Markdown leave the table alone. */
function table(rows: readonly (readonly string[])[]): string {
  const escaped = rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = (escaped[0] ?? []).map((_, i) => Math.max(...escaped.map((row) => row[i]?.length ?? 0)));
  const lines = escaped.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)));
  lines.splice(
    1,
    0,
    widths.map((width) => '-'.repeat(width)),
  );
  return lines.map((row) => `| ${row.join(' | ')} |\n`).join('');
}

if (import.meta.main) {
  writeFileSync(readmePath, withCurrentSettings(readFileSync(readmePath, 'utf8')));
}
