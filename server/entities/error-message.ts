import { z } from 'zod';

/** Body of every answer of Connect REST from 400 up; `error_code` is the HTTP status again. */
export const errorMessage = z.object({
  error_code: z.number().int(),
  message: z.string(),
});
export type ErrorMessage = z.infer<typeof errorMessage>;
