import { prefersJson } from './media-types.ts';
import { prometheusText, prometheusType } from './prometheus-text.ts';
import type { RestContext } from './rest-context.ts';
import { ok, type RestAnswer, type RestRequest } from './route.ts';

/** Prometheus text, or by `Accept: application/json` the groups as they are, with null for what is no number. */
export async function getMetrics({ herder }: RestContext, { accept }: RestRequest): Promise<RestAnswer> {
  const groups = herder.metrics();
  if (!prefersJson(accept)) {
    return { status: 200, body: await prometheusText(groups), headers: { 'content-type': prometheusType } };
  }
  return ok(
    groups.map(({ domain, type, tags, attributes }) => ({
      domain,
      type,
      tags,
      attributes: Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [
          name,
          typeof value === 'string' || Number.isFinite(value) ? value : null,
        ]),
      ),
    })),
  );
}
