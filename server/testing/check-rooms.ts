import { globSync, readFileSync } from 'node:fs';
import { join, normalize, resolve } from 'node:path';
import { readRoomTable, roomOf } from './room-table.ts';

const root = resolve(import.meta.dirname, '../..');
const importPattern = /(?:\bfrom\s+|\bimport\s+|\bimport\(\s*|new URL\(\s*)'(\.{1,2}\/[^']+)'/g;

/** Imports that leave their room against the table, one line each. */
export function findRoomViolations(): string[] {
  const rooms = readRoomTable(join(root, 'server/README.md'));
  const violations: string[] = [];
  for (const file of globSync('{app,components,server}/**/*.{ts,tsx}', { cwd: root })) {
    if (file.includes('/generated/')) continue;
    const room = roomOf(file, rooms);
    if (room === undefined) {
      if (!/^server\/[a-z-]+\.test\.ts$/.test(file))
        violations.push(`${file}: in no room of server/README.md`);
      continue;
    }
    const isTest = file.endsWith('.test.ts') || /^server\/.+\/testing\//.test(file);
    for (const [, specifier] of readFileSync(join(root, file), 'utf8').matchAll(importPattern)) {
      const target = normalize(join(file, '..', specifier ?? ''));
      const targetRoom = roomOf(target, rooms);
      if (targetRoom === undefined || targetRoom === room || room.mayImport.includes(targetRoom.path))
        continue;
      if (isTest && !/^(app|components|server\/(console|cli|main))$/.test(targetRoom.path)) continue;
      violations.push(`${file}: ${room.path} may not import ${targetRoom.path} (${specifier})`);
    }
  }
  return violations;
}

if (process.argv[1] === import.meta.filename) {
  const violations = findRoomViolations();
  for (const violation of violations) console.error(violation);
  console.log(
    violations.length === 0
      ? 'rooms: every import is in the table'
      : `rooms: ${violations.length} violations`,
  );
  process.exitCode = violations.length === 0 ? 0 : 1;
}
