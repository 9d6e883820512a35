import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = resolve(import.meta.dirname, '../../../.cache');

export const currentVersion = '4.3.1';

/** Older brokers that clients are tested with; Scala's version is part of their name. */
export const oldVersions = { '2.1.1': '2.12', '2.8.2': '2.13', '3.9.2': '2.13' } as const;

export type OldVersion = keyof typeof oldVersions;

/**
 * Brings the jars of a version of Apache Kafka from Maven Central once; later calls find them in the cache folder.
 * The current version comes with its tools and Connect, an old one with the broker alone.
 */
export async function fetchJars(version: typeof currentVersion | OldVersion): Promise<string> {
  const folder = join(cache, `apache-kafka-${version}`);
  if (existsSync(folder) && readdirSync(folder).length > 15) return folder;
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  try {
    const isOld = version !== currentVersion;
    const pom = resolve(import.meta.dirname, isOld ? 'old-broker-pom.xml' : 'pom.xml');
    const scala = isOld ? [`-Dscala.version=${oldVersions[version]}`] : [];
    const output = `-DoutputDirectory=${unfinished}`;
    const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', output];
    await run('mvn', ['-q', '-B', '-f', pom, `-Dkafka.version=${version}`, ...scala, ...goal], {
      timeout: 300_000,
    });
    await rm(folder, { recursive: true, force: true });
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw new Error(
      `Apache Kafka ${version} could not be fetched: Maven (mvn) and a Java 17 runtime are needed for the tests`,
      { cause: error },
    );
  }
  return folder;
}
