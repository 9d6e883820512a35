import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findRoomViolations } from './testing/check-rooms.ts';
import { readRoomTable } from './testing/room-table.ts';

const root = resolve(import.meta.dirname, '..');
const sources = globSync('{app,components,server,e2e}/**/*.{ts,tsx}', { cwd: root }).filter(
  (file) => !file.includes('/generated/'),
);

describe('structure of the repository', () => {
  it('keeps every import inside the room table', () => {
    expect(findRoomViolations()).toEqual([]);
  });

  it('has a row for every folder of the server', () => {
    const rooms = new Set(readRoomTable(join(root, 'server/README.md')).map((room) => room.path));
    const folders = readdirSync(join(root, 'server'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(folders.map((entry) => `server/${entry.name}`).filter((path) => !rooms.has(path))).toEqual([]);
  });

  it('has no drawers and no barrels', () => {
    const drawer = /(^|\/)(utils?|helpers?|common|misc|types|index)\.tsx?$/;
    expect(sources.filter((file) => drawer.test(file))).toEqual([]);
  });

  it('names files in kebab case', () => {
    const allowed = /^[a-z0-9.-]+$|^\[+(\.\.\.)?[a-z]+\]+$|^\(.+\)$|^_[a-z-]+(\.tsx)?$/;
    expect(sources.filter((file) => !file.split('/').every((part) => allowed.test(part)))).toEqual([]);
  });

  it('keeps browser specs in e2e and unit tests beside the code', () => {
    expect(
      sources.filter(
        (file) => file.endsWith('.spec.ts') !== file.startsWith('e2e/') && file.endsWith('.spec.ts'),
      ),
    ).toEqual([]);
    const orphans = sources
      .filter((file) => /^server\/.*\.test\.ts$/.test(file) && !file.endsWith('.contract.test.ts'))
      .filter(
        (file) =>
          !existsSync(join(root, file.replace('.test.ts', '.ts'))) &&
          !/\/([a-z-]+)\/\1\.test\.ts$/.test(file) &&
          !/fault|structure|differential|conformance/.test(file),
      );
    expect(orphans).toEqual([]);
  });

  it('lists every connector folder in the catalogue', () => {
    const list = readFileSync(join(root, 'server/plugins/bundled-plugins.ts'), 'utf8');
    const folders = readdirSync(join(root, 'server/connectors'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    expect(folders.filter((name) => !list.includes(`connectors/${name}/`))).toEqual([]);
  });

  it('says nothing of the machine it was made on', () => {
    const machine = new RegExp(
      ['/wo' + 'rk/', '/ro' + 'ot/', 'registry\\.npm' + 'js', 'repo1?\\.mav' + 'en'].join('|'),
    );
    const offenders = [...sources, 'README.md', 'package.json', 'package-lock.json'].filter(
      (file) => existsSync(join(root, file)) && machine.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(offenders).toEqual([]);
  });
});
