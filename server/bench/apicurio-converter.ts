import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Apicurio's Avro converter for Java workers, from Maven Central once, as a folder for `plugin.path`. It has the data
 * mapping of Confluent's, whose own converter is not on Maven Central.
 */
export async function fetchApicurioConverter(): Promise<string> {
  const folder = resolve(import.meta.dirname, '../../.cache/apicurio-converter-2.6.13');
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  try {
    const pom = resolve(import.meta.dirname, 'apicurio-pom.xml');
    const output = `-DoutputDirectory=${join(unfinished, 'converter')}`;
    await run('mvn', ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', output], { timeout: 300_000 });
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw new Error("Apicurio's converter could not be fetched: Maven (mvn) is needed", { cause: error });
  }
  return folder;
}
