import { z } from 'zod';

/** Figures of one thing under the names that Java Connect gives them. */
export const metricGroup = z.object({
  domain: z.enum(['kafka.connect', 'millrace']),
  type: z.string(),
  tags: z.record(z.string(), z.string()),
  /** null: no number, because nothing was measured yet. */
  attributes: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
});
export type ShownMetricGroup = z.infer<typeof metricGroup>;
