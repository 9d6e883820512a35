import { setTimeout as sleep } from 'node:timers/promises';
import type { Figures, Kind } from './benchmark.ts';
import { cpuSeconds, peakResidentBytes, resetPeak } from './process-usage.ts';
import type { WorkerUnderTest } from './worker-under-test.ts';

export interface Measurement {
  readonly recordsPerSecond: number;
  readonly cpuSecondsPerMillion: number;
  readonly peakResidentBytes: number;
}

/** Creates the connector and measures from the first record that `progress` sees to the last of `total`. */
export async function measureConnector(
  worker: WorkerUnderTest,
  total: number,
  progress: () => Promise<number>,
  name: string,
  config: Readonly<Record<string, string>>,
): Promise<Measurement> {
  resetPeak(worker.pid);
  const cpuBefore = cpuSeconds(worker.pid);
  await call(worker, 'PUT', `/connectors/${name}/config`, config);
  let first: { readonly at: number; readonly records: number } | null = null;
  const deadline = performance.now() + 180_000;
  for (;;) {
    const records = await progress();
    const at = performance.now();
    if (records > 0 && first === null) first = { at, records };
    if (records >= total && first !== null) {
      const result = {
        recordsPerSecond: (total - first.records) / ((at - first.at) / 1000),
        cpuSecondsPerMillion: (cpuSeconds(worker.pid) - cpuBefore) / (total / 1_000_000),
        peakResidentBytes: peakResidentBytes(worker.pid),
      };
      await call(worker, 'DELETE', `/connectors/${name}`);
      return result;
    }
    if (at > deadline)
      throw new Error(`${worker.kind}: ${name} moved ${records} of ${total} records in 180 s`);
    await sleep(5);
  }
}

export function addMeasurement(
  figures: Figures,
  kind: Kind,
  scenario: string,
  measurement: Measurement,
): void {
  figures.add(kind, scenario, 'records/s', measurement.recordsPerSecond);
  figures.add(kind, scenario, 'CPU s / million', measurement.cpuSecondsPerMillion);
  figures.add(kind, scenario, 'peak MiB', measurement.peakResidentBytes / 2 ** 20);
}

async function call(worker: WorkerUnderTest, method: string, path: string, body?: unknown): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const answer = await fetch(worker.restUrl + path, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (answer.ok) return;
    // A worker that is just rebalancing says 409 and means "again in a moment".
    if (answer.status !== 409 || attempt > 40)
      throw new Error(`${worker.kind}: ${method} ${path}: ${await answer.text()}`);
    await sleep(250);
  }
}
