import { z } from 'zod';
import { connectorStateInfo, connectorType } from './connector-state-info.ts';

export const connectorTaskId = z.object({
  connector: z.string(),
  task: z.number().int(),
});
export type ConnectorTaskId = z.infer<typeof connectorTaskId>;

/** Keys and values exactly as stored: clients compare them with what they sent. */
export const connectorConfig = z.record(z.string(), z.string());
export type ConnectorConfig = z.infer<typeof connectorConfig>;

/** `GET /connectors/X`, and the answer of creating or changing it. */
export const connectorInfo = z.object({
  name: z.string(),
  config: connectorConfig,
  tasks: z.array(connectorTaskId),
  type: connectorType,
});
export type ConnectorInfo = z.infer<typeof connectorInfo>;

export const initialState = z.enum(['RUNNING', 'PAUSED', 'STOPPED']);
export type InitialState = z.infer<typeof initialState>;

/** Body of `POST /connectors`. */
export const createConnectorRequest = z.object({
  name: z.string(),
  /** Values that are null survive to validation, which names their keys. */
  config: z.record(z.string(), z.string().nullable()),
  initial_state: initialState.optional(),
});
export type CreateConnectorRequest = z.infer<typeof createConnectorRequest>;

/** `GET /connectors/X/tasks`. */
export const taskInfo = z.object({
  id: connectorTaskId,
  config: connectorConfig,
});
export type TaskInfo = z.infer<typeof taskInfo>;

/** `GET /connectors?expand=status&expand=info`: only what was asked for is there. */
export const expandedConnector = z.object({
  status: connectorStateInfo.optional(),
  info: connectorInfo.optional(),
});
export type ExpandedConnector = z.infer<typeof expandedConnector>;
