import { readFile } from 'node:fs/promises';
import type { MetricGroup } from '../metric-group.ts';

/** What `ask-java.ts` wrote down: the metrics of a Java worker that ran the connectors of `metric-connectors.ts`. */
export async function readJavaMetrics(): Promise<
  readonly Pick<MetricGroup, 'type' | 'tags' | 'attributes'>[]
> {
  return JSON.parse(await readFile(new URL('../fixtures/java-metrics.json', import.meta.url), 'utf8'));
}
