import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** As much of a Prisma driver adapter as the migrator needs. */
export interface MigrationConnection {
  executeScript(script: string): Promise<void>;
  queryRaw(query: { sql: string; args: unknown[]; argTypes: never[] }): Promise<{ rows: unknown[][] }>;
}

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

// Prisma's own table, so that `prisma migrate` recognises what was applied here.
const migrationsTable = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "checksum" TEXT NOT NULL,
  "finished_at" DATETIME,
  "migration_name" TEXT NOT NULL,
  "logs" TEXT,
  "rolled_back_at" DATETIME,
  "started_at" DATETIME NOT NULL DEFAULT current_timestamp,
  "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0
);`;

/** Folders of `directory` in the order of their names; each holds a `migration.sql`. */
export function readMigrations(directory: string): Migration[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const sql = readFileSync(join(directory, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
}

/**
 * Applies what is missing, each migration in a transaction together with its row in Prisma's table. Called once at
 * start, before the client is used. Throws if an applied migration was edited or the database is of a newer version.
 */
export async function migrate(connection: MigrationConnection, directory: string): Promise<string[]> {
  await connection.executeScript(migrationsTable);
  const { rows } = await connection.queryRaw({
    sql: 'SELECT "migration_name", "checksum" FROM "_prisma_migrations" WHERE "rolled_back_at" IS NULL',
    args: [],
    argTypes: [],
  });
  const applied = new Map(rows.map(([name, checksum]) => [String(name), String(checksum)]));
  const migrations = readMigrations(directory);
  const known = new Set(migrations.map((migration) => migration.name));
  for (const name of applied.keys()) {
    if (!known.has(name)) {
      throw new Error(
        `the console's database has migration ${name}, which this version does not know: it was written by a newer version; start that one, or move the file away to begin a new history`,
      );
    }
  }
  const done: string[] = [];
  for (const migration of migrations) {
    const checksum = applied.get(migration.name);
    if (checksum === migration.checksum) continue;
    if (checksum !== undefined) {
      throw new Error(
        `migration ${migration.name} was changed after it had been applied to the console's database`,
      );
    }
    try {
      await connection.executeScript(asTransaction(migration));
    } catch (error) {
      await connection.executeScript('ROLLBACK;').catch(() => undefined);
      throw new Error(`migration ${migration.name} failed`, { cause: error });
    }
    done.push(migration.name);
  }
  return done;
}

function asTransaction({ name, sql, checksum }: Migration): string {
  const quotedName = `'${name.replaceAll("'", "''")}'`;
  return `BEGIN IMMEDIATE;
${sql}
INSERT INTO "_prisma_migrations" ("id", "checksum", "migration_name", "started_at", "finished_at", "applied_steps_count")
VALUES ('${randomUUID()}', '${checksum}', ${quotedName}, current_timestamp, current_timestamp, 1);
COMMIT;`;
}
