import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PrismaLibSql } from '@prisma/adapter-libsql';
import type { PrismaClient } from './generated/client.ts';
import { migrate } from './migrate.ts';

export type Database = PrismaClient;

const migrationsDirectory = resolve(import.meta.dirname, '../../prisma/migrations');

/**
 * Opens (and creates) the SQLite file at `path`, brings it to the present schema and connects. Called once by the
 * composition root; the caller disconnects. Throws with the path in the message when it cannot be used.
 */
export async function openDatabase(path: string): Promise<Database> {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const factory = new PrismaLibSql({ url: pathToFileURL(path).href });
    const connection = await factory.connect();
    try {
      // WAL keeps readers and the writer out of each other's way; NORMAL is enough for history.
      await connection.executeScript(
        'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;',
      );
      await migrate(connection, migrationsDirectory);
    } finally {
      await connection.dispose();
    }
    const { PrismaClient: Client } = await import('./generated/client.ts');
    const database = new Client({ adapter: factory });
    await database.$connect();
    return database;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`cannot use the console's database ${path}: ${reason}`, { cause: error });
  }
}
