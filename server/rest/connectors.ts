import type { ConnectorInfo, ExpandedConnector, TaskInfo } from '../entities/connector-info.ts';
import { ConnectError, codeOf } from '../errors/connect-error.ts';
import type * as herder from '../runtime/herder.ts';
import { locationOf, requireAddressableName, withName } from './connector-name.ts';
import { toConnectorStateInfo } from './connector-status.ts';
import { parseConfigBody, toFlatConfig } from './flat-config.ts';
import { isJsonObject, type JsonValue } from './json-reader.ts';
import type { RestContext } from './rest-context.ts';
import { noContent, ok, param, type RestAnswer, type RestRequest } from './route.ts';

export async function listConnectors(context: RestContext, { query }: RestRequest): Promise<RestAnswer> {
  const names = await context.herder.connectors();
  const expand = query.getAll('expand');
  if (expand.length === 0) return ok(names);
  const wanted = { status: expand.includes('status'), info: expand.includes('info') };
  const entries = await Promise.all(names.map((name) => expandConnector(context, name, wanted)));
  return ok(Object.fromEntries(entries.filter((entry) => entry !== null)));
}

/** null for a connector that is gone by now, or that has no status yet: half an entry breaks clients. */
async function expandConnector(
  { herder }: RestContext,
  name: string,
  wanted: { readonly status: boolean; readonly info: boolean },
): Promise<[string, ExpandedConnector] | null> {
  try {
    return [
      name,
      {
        ...(wanted.status ? { status: toConnectorStateInfo(await herder.connectorStatus(name)) } : {}),
        ...(wanted.info ? { info: toConnectorInfo(await herder.connectorInfo(name)) } : {}),
      },
    ];
  } catch (error) {
    if (codeOf(error) === 'not-found') return null;
    throw error;
  }
}

export async function createConnector(
  { herder }: RestContext,
  { body, signal, baseUrl }: RestRequest,
): Promise<RestAnswer> {
  const { name, config, initialState } = parseCreateRequest(parseConfigBody(body));
  requireAddressableName(name);
  const { info } = await herder.putConnectorConfig(name, withName(name, config), {
    replace: false,
    ...(initialState === null ? {} : { initialState }),
    signal,
  });
  return { status: 201, body: toConnectorInfo(info), headers: { location: locationOf(baseUrl, name) } };
}

export async function getConnector({ herder }: RestContext, request: RestRequest): Promise<RestAnswer> {
  return ok(toConnectorInfo(await herder.connectorInfo(param(request, 'connector'))));
}

export async function deleteConnector({ herder }: RestContext, request: RestRequest): Promise<RestAnswer> {
  await herder.deleteConnector(param(request, 'connector'), request.signal);
  return noContent;
}

export async function getConnectorConfig({ herder }: RestContext, request: RestRequest): Promise<RestAnswer> {
  return ok(await herder.connectorConfig(param(request, 'connector')));
}

export async function putConnectorConfig({ herder }: RestContext, request: RestRequest): Promise<RestAnswer> {
  const name = param(request, 'connector');
  const config = toFlatConfig(parseConfigBody(request.body), 'The request body');
  const { created, info } = await herder.putConnectorConfig(name, withName(name, config), {
    replace: true,
    signal: request.signal,
  });
  if (!created) return ok(toConnectorInfo(info));
  return {
    status: 201,
    body: toConnectorInfo(info),
    headers: { location: locationOf(request.baseUrl, name) },
  };
}

export async function patchConnectorConfig(
  { herder }: RestContext,
  request: RestRequest,
): Promise<RestAnswer> {
  const patch = toFlatConfig(parseConfigBody(request.body), 'The request body');
  const info = await herder.patchConnectorConfig(param(request, 'connector'), patch, request.signal);
  return ok(toConnectorInfo(info));
}

export async function getTasks({ herder }: RestContext, request: RestRequest): Promise<RestAnswer> {
  const infos = await herder.taskInfos(param(request, 'connector'));
  return ok(
    infos.map(({ id: { connector, task }, config }): TaskInfo => ({ id: { connector, task }, config })),
  );
}

function toConnectorInfo({ name, config, tasks, type }: herder.ConnectorInfo): ConnectorInfo {
  return { name, config, tasks: tasks.map(({ connector, task }) => ({ connector, task })), type };
}

function parseCreateRequest(value: JsonValue) {
  if (!isJsonObject(value)) {
    throw new ConnectError('bad-request', 'The request body must be a JSON object with "name" and "config"');
  }
  const unknown = Object.keys(value).find((key) => !['name', 'config', 'initial_state'].includes(key));
  if (unknown !== undefined) {
    throw new ConnectError(
      'bad-request',
      `Unrecognized field "${unknown}" in the request body, known are: "name", "config", "initial_state"`,
    );
  }
  const { name = null, config = null, initial_state: initialState = null } = value;
  if (name !== null && typeof name === 'object') {
    throw new ConnectError('bad-request', '"name" in the request body must be a text');
  }
  if (config === null) {
    throw new ConnectError(
      'bad-request',
      'The request body has no "config" with the settings of the connector',
    );
  }
  return {
    name: String(name ?? '').trim(),
    config: toFlatConfig(config, '"config" in the request body'),
    initialState: parseInitialState(initialState),
  };
}

export function parseInitialState(value: JsonValue): herder.TargetState | null {
  if (value === null) return null;
  switch (String(value).toUpperCase()) {
    case 'RUNNING':
      return 'STARTED';
    case 'PAUSED':
      return 'PAUSED';
    case 'STOPPED':
      return 'STOPPED';
    default:
      throw new ConnectError(
        'bad-request',
        '"initial_state" in the request body must be one of: RUNNING, PAUSED, STOPPED',
      );
  }
}
