import { z } from 'zod';

/** Body of every answer of the console API that is not 2xx. */
export const consoleError = z.object({
  code: z.string(),
  message: z.string(),
  /** The request took too long at this stage. */
  stage: z.string().nullable(),
});
export type ConsoleError = z.infer<typeof consoleError>;
