import { z } from 'zod';

/** What may be shown of a secret of the vault: never a value. */
export const secretSummary = z.object({
  name: z.string(),
  version: z.number(),
  fieldNames: z.array(z.string()),
  /** Milliseconds since the epoch. */
  updatedAt: z.number(),
  updatedBy: z.string(),
  keyId: z.string(),
  /** What to write in a connector's settings, by field. */
  references: z.record(z.string(), z.string()),
});
export type SecretSummary = z.infer<typeof secretSummary>;

/** `enabled` is false where the worker has no `vault.key.file`. */
export const secretList = z.object({ enabled: z.boolean(), secrets: z.array(secretSummary) });
export type SecretList = z.infer<typeof secretList>;

/** All fields of the next version. */
export const putSecretRequest = z.strictObject({ fields: z.record(z.string(), z.string()) });
export type PutSecretRequest = z.infer<typeof putSecretRequest>;

export const rewrapResult = z.object({ rewrapped: z.number() });
