import { z } from 'zod';
import { clusterState } from './console-cluster.ts';
import { connectorSummary } from './console-connector.ts';
import { consoleEvent } from './console-event.ts';
import { healthState } from './console-health.ts';

/** Records per second into and out of Kafka, averaged over the time since the sample before. */
export const throughputSample = z.object({ at: z.number(), source: z.number(), sink: z.number() });
export type ThroughputSample = z.infer<typeof throughputSample>;

export const overview = z.object({
  cluster: clusterState,
  /** null while the worker cannot tell. */
  counts: z
    .object({
      connectors: z.number(),
      sources: z.number(),
      sinks: z.number(),
      tasks: z.number(),
      failedTasks: z.number(),
      workers: z.number(),
      states: z.partialRecord(healthState, z.number()),
      sourceRecordsPerSecond: z.number(),
      sinkRecordsPerSecond: z.number(),
    })
    .nullable(),
  /** Worst first, at most 20. */
  attention: z.array(connectorSummary),
  /** Oldest first, of the last 15 minutes. */
  throughput: z.array(throughputSample),
  events: z.array(consoleEvent),
});
export type Overview = z.infer<typeof overview>;
