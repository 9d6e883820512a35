import type { ShownMetricGroup } from '../entities/metric-group.ts';
import type { MetricGroup } from '../runtime/metrics/metric-group.ts';
import { prefersJson } from './media-types.ts';
import { prometheusText, prometheusType } from './prometheus-text.ts';
import type { RestContext } from './rest-context.ts';
import { ok, type RestAnswer, type RestRequest } from './route.ts';

/** Prometheus text, or by `Accept: application/json` the groups as they are. */
export async function getMetrics({ herder }: RestContext, { headers }: RestRequest): Promise<RestAnswer> {
  const groups = herder.metrics();
  if (prefersJson(headers.accept)) return ok(groups.map(toShownGroup));
  return { status: 200, body: await prometheusText(groups), headers: { 'content-type': prometheusType } };
}

/** As JSON can have it: null for what is not a number. */
export function toShownGroup({ domain, type, tags, attributes }: MetricGroup): ShownMetricGroup {
  const shown = Object.entries(attributes).map(([name, value]): [string, number | string | null] => [
    name,
    typeof value === 'string' || Number.isFinite(value) ? value : null,
  ]);
  return { domain, type, tags, attributes: Object.fromEntries(shown) };
}
