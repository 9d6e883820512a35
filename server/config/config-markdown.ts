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
  const lines = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}

function defaultText(value: string | null): string {
  if (value === null) return 'null';
  return value === '' ? '(empty)' : `\`${value}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
}
