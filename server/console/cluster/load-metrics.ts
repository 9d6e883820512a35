import type { ShownMetricGroup } from '../../entities/metric-group.ts';
import { toShownGroup } from '../../rest/metrics.ts';
import { requireHerder } from '../worker-access.ts';

/** Of this worker and what it runs; of one connector when one is named. */
export function loadMetrics(connector: string | null): readonly ShownMetricGroup[] {
  return requireHerder()
    .metrics()
    .filter(({ tags }) => connector === null || tags.connector === connector)
    .map(toShownGroup);
}
