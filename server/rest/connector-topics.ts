import type { ConnectorTopics } from '../entities/connector-topics.ts';
import type { RestContext } from './rest-context.ts';
import { accepted, ok, param, type RestAnswer, type RestRequest } from './route.ts';

export async function getTopics({ herder }: RestContext, request: RestRequest): Promise<RestAnswer> {
  const name = param(request, 'connector');
  const topics = await herder.connectorTopics(name);
  return ok(Object.fromEntries([[name, { topics: [...topics] }]]) satisfies ConnectorTopics);
}

export async function resetTopics({ herder }: RestContext, request: RestRequest): Promise<RestAnswer> {
  await herder.resetConnectorTopics(param(request, 'connector'));
  return accepted;
}
