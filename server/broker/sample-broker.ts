import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type BrokerOptions, type RunningBroker, startBroker } from './start-broker.ts';

/** Brokers for tests, ended with the test. */

export function sampleDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-broker-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function startSampleBroker(options: Partial<BrokerOptions> = {}): Promise<RunningBroker> {
  const dataDir = options.dataDir ?? sampleDataDir();
  const broker = await startBroker({ port: 0, ...options, dataDir });
  onTestFinished(async () => await broker.stop());
  return broker;
}
