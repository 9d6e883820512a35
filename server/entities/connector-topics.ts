import { z } from 'zod';

/** `GET /connectors/X/topics`: one entry, under exactly the connector's name. */
export const connectorTopics = z.record(z.string(), z.object({ topics: z.array(z.string()) }));
export type ConnectorTopics = z.infer<typeof connectorTopics>;
