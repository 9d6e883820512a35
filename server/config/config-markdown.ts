import type { ConfigDef } from './config-def.ts';
import { describeConfig } from './describe-config.ts';

/** The table of keys for a README. */
export function configMarkdown(def: ConfigDef): string {
  const rows = describeConfig(def).map((info) => [
    `\`${info.name}\``,
    info.type.toLowerCase(),
    info.required ? '**required**' : defaultText(info.defaultValue),
    def.keys[info.name]?.validator?.description ?? '',
    info.importance.toLowerCase(),
    info.documentation,
  ]);
  const head = ['Key', 'Type', 'Default', 'Valid values', 'Importance', 'Description'];
  return table([head, ...rows.map((row) => row.map(cell))]);
}

/** Columns of equal width, so that formatters of Markdown leave the table alone. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)));
  lines.splice(
    1,
    0,
    widths.map((width) => '-'.repeat(width)),
  );
  return lines.map((row) => `| ${row.join(' | ')} |\n`).join('');
}

function defaultText(value: string | null): string {
  if (value === null) return 'null';
  return value === '' ? '(empty)' : `\`${value}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
}
