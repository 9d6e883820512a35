import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ensureWritableFolder } from './writable-folder.ts';

const parent = mkdtempSync(join(tmpdir(), 'millrace-writable-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

it('creates the folder with its parents, and takes one that is there', () => {
  const folder = join(parent, 'a', 'b');
  ensureWritableFolder(folder);
  ensureWritableFolder(folder);
  expect(statSync(folder).isDirectory()).toBe(true);
});

it.each([
  ['below a file', join(parent, 'file', 'x')],
  ['where the system takes no folders', '/proc/millrace/data'],
])('refuses a folder %s, and names it', (_where, folder) => {
  writeFileSync(join(parent, 'file'), '');
  expect(() => ensureWritableFolder(folder)).toThrow(`The data folder ${folder} cannot be written`);
});
