import { z } from 'zod';

/** `GET /health` (KIP-1017). */
export const workerStatus = z.object({
  status: z.enum(['healthy', 'starting', 'unhealthy']),
  message: z.string(),
});
export type WorkerStatus = z.infer<typeof workerStatus>;
