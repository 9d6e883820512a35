import { z } from 'zod';

/** `GET /admin/loggers/L`; the list is an object of these by name. */
export const loggerLevel = z.object({
  level: z.string(),
  /** Milliseconds since the epoch of the last change through REST; null: never. */
  last_modified: z.number().nullable(),
});
export type LoggerLevel = z.infer<typeof loggerLevel>;
