import { z } from 'zod';

/**
 * `absent`: no worker in this process · `failed`: it could not start · `waiting-for-kafka`: it keeps trying ·
 * `unhealthy`: it runs but does not answer as it should.
 */
export const clusterStatus = z.enum([
  'absent',
  'starting',
  'waiting-for-kafka',
  'ready',
  'unhealthy',
  'failed',
  'stopping',
]);
export type ClusterStatus = z.infer<typeof clusterStatus>;

export const clusterState = z.object({
  status: clusterStatus,
  /** For people: what is wrong, or what is under way. */
  message: z.string(),
  mode: z.enum(['standalone', 'distributed']).nullable(),
  workerId: z.string().nullable(),
  kafka: z
    .object({ bootstrap: z.string(), embedded: z.boolean(), clusterId: z.string().nullable() })
    .nullable(),
  restUrl: z.string().nullable(),
  startedAt: z.number().nullable(),
  version: z.string(),
});
export type ClusterState = z.infer<typeof clusterState>;

export const workerSummary = z.object({
  workerId: z.string(),
  leader: z.boolean(),
  self: z.boolean(),
  version: z.string(),
  generation: z.number(),
  upSince: z.number().nullable(),
  memory: z.object({ rssBytes: z.number(), heapUsedBytes: z.number() }).nullable(),
  connectors: z.array(z.string()),
  tasks: z.array(z.object({ connector: z.string(), task: z.number() })),
});
export type WorkerSummary = z.infer<typeof workerSummary>;

export const workerList = z.object({ workers: z.array(workerSummary) });
export type WorkerList = z.infer<typeof workerList>;
