import { z } from 'zod';

export const connectorType = z.enum(['source', 'sink', 'unknown']);
export type ConnectorType = z.infer<typeof connectorType>;

export const connectState = z.enum(['UNASSIGNED', 'RUNNING', 'PAUSED', 'FAILED', 'RESTARTING', 'STOPPED']);
export type ConnectState = z.infer<typeof connectState>;

export const connectorState = z.object({
  state: connectState,
  /** `host:port` of the worker's REST. */
  worker_id: z.string(),
  /** Of the plugin; null when the status record has none. */
  version: z.string().nullable().optional(),
  /** Absent when there is none. */
  trace: z.string().optional(),
});
export type ConnectorState = z.infer<typeof connectorState>;

/** `GET /connectors/X/tasks/i/status`. */
export const taskState = connectorState.extend({ id: z.number().int() });
export type TaskState = z.infer<typeof taskState>;

/** `GET /connectors/X/status`. */
export const connectorStateInfo = z.object({
  name: z.string(),
  connector: connectorState,
  /** Sorted by id. */
  tasks: z.array(taskState),
  type: connectorType,
});
export type ConnectorStateInfo = z.infer<typeof connectorStateInfo>;
