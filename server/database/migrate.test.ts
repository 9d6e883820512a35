import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PrismaLibSql } from '@prisma/adapter-libsql';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Prisma } from './generated/client.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open-database.ts';

const shipped = resolve(import.meta.dirname, '../../prisma/migrations');
let folder: string;
let connection: Awaited<ReturnType<PrismaLibSql['connect']>>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-migrate-'));
  connection = await new PrismaLibSql({ url: pathToFileURL(join(folder, 'a.db')).href }).connect();
});

afterEach(async () => {
  await connection.dispose();
  rmSync(folder, { recursive: true, force: true });
});

async function query(sql: string): Promise<unknown[][]> {
  return (await connection.queryRaw({ sql, args: [], argTypes: [] })).rows;
}

function writeMigration(name: string, sql: string): void {
  mkdirSync(join(folder, 'migrations', name), { recursive: true });
  writeFileSync(join(folder, 'migrations', name, 'migration.sql'), sql);
}

test('the migrated database has exactly the tables, columns and nullability of the Prisma schema', async () => {
  await migrate(connection, shipped);
  const columns = await query("SELECT name FROM pragma_table_info('herder_event') ORDER BY name");
  expect(columns.flat()).toEqual(Object.values(Prisma.HerderEventScalarFieldEnum).sort());
  const tables = await query(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_prisma%'",
  );
  expect(tables.flat()).toHaveLength(Object.keys(Prisma.ModelName).length);
  const nullable = await query(
    'SELECT name FROM pragma_table_info(\'herder_event\') WHERE "notnull" = 0 ORDER BY name',
  );
  expect(nullable.flat()).toEqual(['connector', 'state', 'task']);
});

test('a second start applies nothing and keeps the rows', async () => {
  const first = await migrate(connection, shipped);
  expect(first).toContain('0001_herder_events');
  expect(await migrate(connection, shipped)).toEqual([]);
  const rows = await query('SELECT migration_name, applied_steps_count FROM _prisma_migrations');
  expect(rows).toHaveLength(first.length);
});

test('a migration that fails halfway leaves nothing behind', async () => {
  writeMigration('0001_broken', 'CREATE TABLE "half" ("id" INTEGER); CREATE TABLE broken syntax;');
  await expect(migrate(connection, join(folder, 'migrations'))).rejects.toThrow('0001_broken');
  expect(await query("SELECT name FROM sqlite_master WHERE name = 'half'")).toEqual([]);
});

test('an edited migration is refused by name', async () => {
  writeMigration('0001_a', 'CREATE TABLE "a" ("id" INTEGER);');
  await migrate(connection, join(folder, 'migrations'));
  writeMigration('0001_a', 'CREATE TABLE "a" ("id" TEXT);');
  await expect(migrate(connection, join(folder, 'migrations'))).rejects.toThrow('0001_a was changed');
});

test('a database of a newer version is refused with advice', async () => {
  writeMigration('0001_a', 'CREATE TABLE "a" ("id" INTEGER);');
  writeMigration('0002_b', 'CREATE TABLE "b" ("id" INTEGER);');
  await migrate(connection, join(folder, 'migrations'));
  rmSync(join(folder, 'migrations', '0002_b'), { recursive: true });
  await expect(migrate(connection, join(folder, 'migrations'))).rejects.toThrow('newer version');
});

test('the opened database stores and reads an event, also after it was closed', async () => {
  const path = join(folder, 'nested', 'console.db');
  const database = await openDatabase(path);
  const row = { epoch: 'e', sequence: 1, at: 1_800_000_000_000n, kind: 'worker', payload: '{}' };
  await database.herderEvent.create({ data: row });
  await database.$disconnect();
  const again = await openDatabase(path);
  expect(await again.herderEvent.findMany()).toEqual([
    { id: 1, connector: null, task: null, state: null, ...row },
  ]);
  await again.$disconnect();
});

test('a file that cannot be opened is named', async () => {
  writeFileSync(join(folder, 'file'), '');
  await expect(openDatabase(join(folder, 'file', 'console.db'))).rejects.toThrow(join(folder, 'file'));
});
