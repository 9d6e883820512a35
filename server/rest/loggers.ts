import type { LoggerLevel } from '../entities/logger-level.ts';
import { ConnectError } from '../errors/connect-error.ts';
import { type LevelOfLogger, parseLogLevel } from '../runtime/log.ts';
import { isJsonObject, parseJson } from './json-reader.ts';
import type { RestContext } from './rest-context.ts';
import { noContent, ok, param, type RestAnswer, type RestRequest } from './route.ts';

export function listLoggers({ loggers }: RestContext): RestAnswer {
  const entries = [...loggers.levels()].map(([name, level]) => [name, toLoggerLevel(level)] as const);
  return ok(Object.fromEntries(entries));
}

export function getLogger({ loggers }: RestContext, request: RestRequest): RestAnswer {
  const name = param(request, 'logger');
  const level = loggers.level(name);
  if (level === null) throw new ConnectError('not-found', `Logger ${name} not found.`);
  return ok(toLoggerLevel(level));
}

/** Scope `cluster` reaches this worker only: there is no other one yet that it could travel to. */
export function setLogger({ loggers }: RestContext, request: RestRequest): RestAnswer {
  const body = parseJson(request.body, { number: (text) => text });
  const text = isJsonObject(body) ? (body.level ?? null) : null;
  if (text === null) {
    throw new ConnectError('bad-request', "Desired 'level' parameter was not specified in request.");
  }
  const level = parseLogLevel(String(text));
  if (level === null) throw new ConnectError('not-found', `invalid log level '${String(text)}'.`);
  const changed = loggers.setLevel(param(request, 'logger'), level);
  return request.query.get('scope')?.toLowerCase() === 'cluster' ? noContent : ok(changed);
}

function toLoggerLevel({ level, lastModified }: LevelOfLogger): LoggerLevel {
  return { level, last_modified: lastModified };
}
