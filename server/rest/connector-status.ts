import type { ConnectorState, ConnectorStateInfo, TaskState } from '../entities/connector-state-info.ts';
import type * as herder from '../runtime/herder.ts';
import { booleanQuery } from './request-path.ts';
import type { RestContext } from './rest-context.ts';
import { accepted, noContent, ok, param, type RestAnswer, type RestRequest } from './route.ts';

export async function getStatus({ herder }: RestContext, request: RestRequest): Promise<RestAnswer> {
  return ok(toConnectorStateInfo(await herder.connectorStatus(param(request, 'connector'))));
}

export async function getTaskStatus({ herder }: RestContext, request: RestRequest): Promise<RestAnswer> {
  return ok(toTaskState(await herder.taskStatus(taskId(request))));
}

/** 204 only when both flags are false; otherwise 202 with the plan. */
export async function restartConnector({ herder }: RestContext, request: RestRequest): Promise<RestAnswer> {
  const name = param(request, 'connector');
  const includeTasks = booleanQuery(request.query, 'includeTasks', false);
  const onlyFailed = booleanQuery(request.query, 'onlyFailed', false);
  const { signal } = request;
  if (!includeTasks && !onlyFailed) {
    await herder.restartConnector(name, signal);
    return noContent;
  }
  const plan = await herder.restartConnectorAndTasks(name, { includeTasks, onlyFailed, signal });
  return { status: 202, body: toConnectorStateInfo(plan) };
}

export async function restartTask({ herder }: RestContext, request: RestRequest): Promise<RestAnswer> {
  await herder.restartTask(taskId(request), request.signal);
  return noContent;
}

export async function pauseConnector({ herder }: RestContext, request: RestRequest): Promise<RestAnswer> {
  await herder.pauseConnector(param(request, 'connector'));
  return accepted;
}

export async function resumeConnector({ herder }: RestContext, request: RestRequest): Promise<RestAnswer> {
  await herder.resumeConnector(param(request, 'connector'));
  return accepted;
}

export async function stopConnector({ herder }: RestContext, request: RestRequest): Promise<RestAnswer> {
  await herder.stopConnector(param(request, 'connector'), request.signal);
  return noContent;
}

export function toConnectorStateInfo(info: herder.ConnectorStateInfo): ConnectorStateInfo {
  return {
    name: info.name,
    connector: toConnectorState(info.connector),
    tasks: info.tasks.map(toTaskState),
    type: info.type,
  };
}

function toConnectorState({
  state,
  workerId,
  version,
  trace,
}: herder.ConnectorStatus['connector']): ConnectorState {
  return {
    state,
    worker_id: workerId,
    ...(version === 'undefined' ? {} : { version }),
    ...(trace === null || trace === '' ? {} : { trace }),
  };
}

function toTaskState(status: herder.ConnectorStatus['tasks'][number]): TaskState {
  return { id: status.id, ...toConnectorState(status) };
}

function taskId(request: RestRequest): herder.ConnectorTaskId {
  return { connector: param(request, 'connector'), task: Number(param(request, 'task')) };
}
