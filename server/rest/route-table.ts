import { alterOffsets, getOffsets, resetOffsets } from './connector-offsets.ts';
import { getPluginConfig, listPlugins, validateConfig } from './connector-plugins.ts';
import {
  getStatus,
  getTaskStatus,
  pauseConnector,
  restartConnector,
  restartTask,
  resumeConnector,
  stopConnector,
} from './connector-status.ts';
import { getTopics, resetTopics } from './connector-topics.ts';
import {
  createConnector,
  deleteConnector,
  getConnector,
  getConnectorConfig,
  getTasks,
  listConnectors,
  patchConnectorConfig,
  putConnectorConfig,
} from './connectors.ts';
import { fenceZombies, putTaskConfigs } from './internal-requests.ts';
import { getLogger, listLoggers, setLogger } from './loggers.ts';
import { getMetrics } from './metrics.ts';
import type { Permission, Route } from './route.ts';
import { getHealth, getServerInfo } from './worker.ts';

const connector = '/connectors/{connector}';
const task = `${connector}/tasks/{task}`;

/** On every listener; Java Connect has no such path. */
export const metricsRoute: Route = {
  ...route('GET', '/metrics', 'worker.view', getMetrics),
  serves: 'text/plain',
};

/** Everything but administration. */
export const connectRoutes: readonly Route[] = [
  route('GET', '/', 'worker.view', getServerInfo),
  route('GET', '/health', 'worker.view', getHealth),
  route('GET', '/connectors', 'connectors.view', listConnectors),
  route('POST', '/connectors', 'connectors.change', createConnector),
  route('GET', connector, 'connectors.view-config', getConnector),
  route('DELETE', connector, 'connectors.change', deleteConnector),
  route('GET', `${connector}/config`, 'connectors.view-config', getConnectorConfig),
  route('PUT', `${connector}/config`, 'connectors.change', putConnectorConfig),
  route('PATCH', `${connector}/config`, 'connectors.change', patchConnectorConfig),
  route('GET', `${connector}/status`, 'connectors.view', getStatus),
  route('POST', `${connector}/restart`, 'connectors.operate', restartConnector),
  route('PUT', `${connector}/pause`, 'connectors.operate', pauseConnector),
  route('PUT', `${connector}/resume`, 'connectors.operate', resumeConnector),
  route('PUT', `${connector}/stop`, 'connectors.operate', stopConnector),
  route('GET', `${connector}/tasks`, 'connectors.view-config', getTasks),
  route('POST', `${connector}/tasks`, 'internal', putTaskConfigs),
  route('PUT', `${connector}/fence`, 'internal', fenceZombies),
  route('GET', `${task}/status`, 'connectors.view', getTaskStatus),
  route('POST', `${task}/restart`, 'connectors.operate', restartTask),
  route('GET', `${connector}/topics`, 'connectors.view', getTopics),
  route('PUT', `${connector}/topics/reset`, 'connectors.operate', resetTopics),
  route('GET', `${connector}/offsets`, 'offsets.view', getOffsets),
  route('PATCH', `${connector}/offsets`, 'offsets.change', alterOffsets),
  route('DELETE', `${connector}/offsets`, 'offsets.change', resetOffsets),
  route('GET', '/connector-plugins', 'plugins.view', listPlugins),
  route('GET', '/connector-plugins/{plugin}/config', 'plugins.view', getPluginConfig),
  route('PUT', '/connector-plugins/{plugin}/config/validate', 'plugins.view', validateConfig),
];

/** On `admin.listeners` when that is set. */
export const adminRoutes: readonly Route[] = [
  route('GET', '/admin/loggers', 'loggers.view', listLoggers),
  route('GET', '/admin/loggers/{logger}', 'loggers.view', getLogger),
  route('PUT', '/admin/loggers/{logger}', 'loggers.change', setLogger),
];

function route(
  method: Route['method'],
  path: string,
  permission: Permission,
  handle: Route['handle'],
): Route {
  return { method, path, permission, handle };
}
