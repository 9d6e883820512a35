import { z } from 'zod';
import { healthState } from './console-health.ts';
import { flowMetrics } from './flow-metrics.ts';

/** `epoch:sequence`: where a reader of the live stream stands, and what it sends back to go on from there. */
export const eventPosition = z.string().regex(/^[^:]+:\d+$/);

export const consoleEvent = z.object({
  position: eventPosition,
  at: z.number(),
  kind: z.enum(['connector-state', 'task-state', 'connector-config', 'target-state', 'rebalance', 'worker']),
  connector: z.string().nullable(),
  task: z.number().nullable(),
  /** Of the connector, task or worker after the event; null where none is concerned. */
  state: healthState.nullable(),
  workerId: z.string().nullable(),
  /** One sentence without the connector's name. */
  text: z.string(),
  /** Root cause of a failure, one line. */
  error: z.string().nullable(),
});
export type ConsoleEvent = z.infer<typeof consoleEvent>;

export const eventHistory = z.object({
  /** Newest first. */
  events: z.array(consoleEvent),
  /** Whether the history survives a restart (a database is behind it). */
  durable: z.boolean(),
});
export type EventHistory = z.infer<typeof eventHistory>;

/** Latest figures of running tasks, sent at most once a second. */
export const metricsFrame = z.object({
  at: z.number(),
  connectors: z.record(z.string(), z.record(z.string(), flowMetrics)),
});
export type MetricsFrame = z.infer<typeof metricsFrame>;

/** The reader cannot be continued from where it stood: everything on the page is to be read anew. */
export const snapshotFrame = z.object({ position: eventPosition });
