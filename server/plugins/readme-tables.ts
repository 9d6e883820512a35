import { configMarkdown } from '../config/config-markdown.ts';
import type { Plugin } from '../plugin-api/plugin.ts';

const table = /(<!-- keys of (\S+) -->\n)[\s\S]*?(<!-- end of keys -->)/g;

/** The README with each table of keys as the plugins declare them now. Throws for a class that does not exist. */
export function withCurrentTables(readme: string, plugins: readonly Plugin[]): string {
  return readme.replaceAll(table, (_all, head: string, className: string, tail: string) => {
    const plugin = plugins.find((each) => each.className === className);
    if (plugin === undefined) throw new Error(`There is no plugin ${className} to describe.`);
    return `${head}\n${configMarkdown(plugin.config)}\n${tail}`;
  });
}

/** Classes that a README has a table for. */
export function classesInTables(readme: string): string[] {
  return [...readme.matchAll(table)].map((match) => match[2] ?? '');
}
