import { z } from 'zod';
import { health, healthState } from './console-health.ts';
import { flowMetrics } from './flow-metrics.ts';

const milliseconds = z.number();

export const taskSummary = z.object({
  id: z.number().int(),
  state: healthState,
  /** When it came into this state; null when not known. */
  since: milliseconds.nullable(),
  workerId: z.string(),
  /** One line: the innermost cause. */
  rootCause: z.string().nullable(),
  metrics: flowMetrics.nullable(),
});
export type TaskSummary = z.infer<typeof taskSummary>;

export const connectorType = z.enum(['source', 'sink', 'unknown']);

export const connectorSummary = z.object({
  name: z.string(),
  type: connectorType,
  className: z.string(),
  /** `FileStream source`; the simple class name for a class that is not in the catalogue. */
  pluginTitle: z.string(),
  health,
  since: milliseconds.nullable(),
  workerId: z.string().nullable(),
  rootCause: z.string().nullable(),
  tasks: z.array(taskSummary),
  topics: z.array(z.string()),
  metrics: flowMetrics.nullable(),
});
export type ConnectorSummary = z.infer<typeof connectorSummary>;

export const connectorList = z.object({ connectors: z.array(connectorSummary) });
export type ConnectorList = z.infer<typeof connectorList>;

/** Pairs as stored; secrets are `[hidden]`. */
export const shownConfig = z.record(z.string(), z.string());

export const connectorDetail = connectorSummary.extend({
  version: z.string().nullable(),
  /** State of the connector itself, in Connect's own word. */
  connectorState: z.string(),
  trace: z.string().nullable(),
  traces: z.record(z.string(), z.string()),
  config: shownConfig,
  /** Keys whose value is not shown. */
  hiddenKeys: z.array(z.string()),
});
export type ConnectorDetail = z.infer<typeof connectorDetail>;

export const connectorAction = z.discriminatedUnion('action', [
  z.object({ action: z.literal('pause') }),
  z.object({ action: z.literal('resume') }),
  z.object({ action: z.literal('stop') }),
  z.object({ action: z.literal('restart'), onlyFailed: z.boolean() }),
  z.object({ action: z.literal('restart-task'), task: z.number().int().min(0) }),
]);
export type ConnectorAction = z.infer<typeof connectorAction>;

const submittedConfig = z
  .record(z.string().max(1024), z.string().max(1_000_000))
  .refine((config) => Object.keys(config).length <= 5000, 'more than 5000 keys');

export const createConnectorRequest = z.object({ config: submittedConfig });
export type CreateConnectorRequest = z.infer<typeof createConnectorRequest>;
export const updateConnectorRequest = createConnectorRequest;

export const savedConnector = z.object({ name: z.string(), created: z.boolean() });
export type SavedConnector = z.infer<typeof savedConnector>;

export const connectorOffsets = z.object({
  offsets: z.array(z.object({ partition: z.string(), offset: z.string().nullable() })),
});
export type ConnectorOffsets = z.infer<typeof connectorOffsets>;

/** What stands in place of a secret; saving it keeps the stored value. */
export const hiddenValue = '[hidden]';
