import { z } from 'zod';

/** `GET /`. Clients take the first two parts of `version` for the protocol they speak. */
export const serverInfo = z.object({
  version: z.string(),
  commit: z.string(),
  /** null until the worker has heard from a broker. */
  kafka_cluster_id: z.string().nullable(),
});
export type ServerInfo = z.infer<typeof serverInfo>;
