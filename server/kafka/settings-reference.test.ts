import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { settingsByClient } from './settings-by-client.ts';
import { readmePath, withCurrentSettings } from './settings-reference.ts';

it('the table of client settings in the README is up to date', () => {
  const readme = readFileSync(readmePath, 'utf8');
  expect(withCurrentSettings(readme), 'run: node server/kafka/settings-reference.ts').toBe(readme);
});

it('every setting says in one sentence what it sets, and why it is not honoured where it is not', () => {
  for (const [kind, table] of Object.entries(settingsByClient)) {
    for (const [key, { doc, support }] of Object.entries(table)) {
      expect(doc, `${kind} ${key}`).toMatch(/^[^\n]{10,140}[.]$/);
      if (support !== undefined) expect(support.reason, `${kind} ${key}`).toMatch(/^[^\n]{10,}[^.\n]$/);
    }
  }
});
