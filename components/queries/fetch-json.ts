import type { ConsoleError } from '../../server/entities/console-error.ts';

/** An answer of the console API that is not 2xx, or none at all (`code` is `unreachable`). */
export class RequestError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
    this.status = status;
  }
}

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** Rejects with `RequestError`, or with `AbortError` when the caller gave up. */
export async function fetchJson<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const { method = 'GET', body, signal } = options;
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      signal: signal ?? null,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new RequestError('unreachable', 0, 'Millrace does not answer. Is it still running?');
  }
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
  const problem = await readProblem(response);
  throw new RequestError(problem.code, response.status, problem.message);
}

async function readProblem(response: Response): Promise<Pick<ConsoleError, 'code' | 'message'>> {
  try {
    return (await response.json()) as ConsoleError;
  } catch {
    return { code: 'unknown', message: `Millrace answered ${response.status} ${response.statusText}` };
  }
}
