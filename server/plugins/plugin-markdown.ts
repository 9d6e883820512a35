import { configMarkdown } from '../config/config-markdown.ts';
import type { Plugin } from '../plugin-api/plugin.ts';

/** A page about a plugin, made from what it declares. */
export function pluginMarkdown(plugin: Plugin): string {
  const { title, summary, className, type, version, support, verified, config } = plugin;
  const lines = [
    `# ${plain(title)}`,
    '',
    plain(summary),
    '',
    `- Class: \`${className}\``,
    `- Type: ${type.replace('_', ' ')}`,
    `- Version: ${version}`,
    `- Support: ${support}`,
    `- Verified with: ${verified === '' ? 'nothing yet' : plain(verified)}`,
    '',
    '## Settings',
    '',
  ];
  const table = Object.keys(config.keys).length === 0 ? 'It has none.\n' : configMarkdown(config);
  return `${lines.join('\n')}\n${table}`;
}

/** Strangers' words stay words: no heading, no markup. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[<>]/g, (sign) => (sign === '<' ? '&lt;' : '&gt;'));
}
