import type { IncomingHttpHeaders } from 'node:http';
import type { RestContext } from './rest-context.ts';

/** What a caller must be allowed to do. One name a route; authentication looks only at this. */
export type Permission =
  | 'worker.view'
  | 'connectors.view'
  | 'connectors.view-config'
  | 'connectors.change'
  | 'connectors.operate'
  | 'offsets.view'
  | 'offsets.change'
  | 'plugins.view'
  | 'loggers.view'
  | 'loggers.change'
  /** Requests between workers, which sign them instead of logging in. */
  | 'internal';

export interface RestRequest {
  /** Decoded values of `{…}` in the route's path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Text of the body; routes that take none ignore it, because clients send `null` and `""` along. */
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
  /** Ends the request's time. */
  readonly signal: AbortSignal;
  /** Absolute URL of `/` as the caller knows it, without a slash at the end. */
  readonly baseUrl: string;
}

export interface RestAnswer {
  readonly status: number;
  /** Absent: no body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `{name}` stands for one segment, `{task}` for one that is a number. */
  readonly path: string;
  readonly permission: Permission;
  /** Of its answer, beside `application/json`. */
  readonly serves?: 'text/plain';
  readonly handle: (context: RestContext, request: RestRequest) => RestAnswer | Promise<RestAnswer>;
}

export function param(request: RestRequest, name: string): string {
  const value = request.params[name];
  if (value === undefined) throw new Error(`the route has no {${name}}`);
  return value;
}

export const ok = (body: unknown): RestAnswer => ({ status: 200, body });
export const accepted: RestAnswer = { status: 202 };
export const noContent: RestAnswer = { status: 204 };
