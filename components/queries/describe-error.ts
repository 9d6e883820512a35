import { RequestError } from './fetch-json.ts';

export interface ShownError {
  readonly title: string;
  readonly message: string;
  readonly code: string;
}

const titles: Readonly<Record<string, string>> = {
  unreachable: 'Millrace does not answer',
  unavailable: 'The worker is not ready',
  'not-found': 'Not found',
  'already-exists': 'That name is taken',
  'bad-request': 'The request was refused',
  conflict: 'A rebalance is under way',
  forbidden: 'Not allowed',
  timeout: 'No answer in time',
  kafka: 'Kafka refused',
};

/** The one way from a thrown value to what people read. */
export function describeError(error: unknown): ShownError {
  const code = error instanceof RequestError ? error.code : 'unknown';
  const message = error instanceof Error ? error.message : String(error);
  return { title: titles[code] ?? 'Something went wrong', message, code };
}

export function isNotFound(error: unknown): boolean {
  return error instanceof RequestError && error.code === 'not-found';
}
