import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundledPlugins } from './bundled-plugins.ts';
import { withCurrentTables } from './readme-tables.ts';

/** Brings the tables of keys in the READMEs of all connectors up to date: `node server/plugins/write-readme-tables.ts`. */
const folder = resolve(import.meta.dirname, '../connectors');
for (const file of globSync('*/README.md', { cwd: folder })) {
  const path = join(folder, file);
  writeFileSync(path, withCurrentTables(readFileSync(path, 'utf8'), bundledPlugins));
}
