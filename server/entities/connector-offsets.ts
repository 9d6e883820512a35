import { z } from 'zod';

/** Integers beyond what a number holds exactly are bigint in memory and plain digits in JSON. */
export const offsetValue = z.union([z.string(), z.number(), z.bigint(), z.boolean(), z.null()]);

export const connectorOffset = z.object({
  partition: z.record(z.string(), offsetValue),
  /** null resets the partition. */
  offset: z.record(z.string(), offsetValue).nullable(),
});
export type ConnectorOffset = z.infer<typeof connectorOffset>;

/** `GET` and `PATCH /connectors/X/offsets`. */
export const connectorOffsets = z.object({ offsets: z.array(connectorOffset) });
export type ConnectorOffsets = z.infer<typeof connectorOffsets>;

/** Answer of changing or resetting offsets. */
export const message = z.object({ message: z.string() });
export type Message = z.infer<typeof message>;
