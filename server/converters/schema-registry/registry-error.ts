import { ConnectError, type ErrorCode, messageOf } from '../../errors/connect-error.ts';
import { ExchangeFailure } from './http-exchange.ts';

/** What the registry was asked, in words: `register a schema for subject t-value`. */
export interface RegistryRequest {
  readonly purpose: string;
  /** What a person can do where the registry has no such thing. */
  readonly whenMissing?: string;
  /** The same where not every registry knows the path of the request. */
  readonly whenPathMissing?: string;
}

const maxMessageLength = 500;

/** Answers that another try, or another node, may turn into something better; 501 and 505 stay what they are. */
export function mayPass(status: number): boolean {
  return (status >= 500 && status !== 501 && status !== 505) || status === 408 || status === 429;
}

/** No answer at all: no connection, no answer in time, or one cut short. */
export function unreachable(request: RegistryRequest, where: string, failure: unknown): ConnectError {
  const isPassing = !(failure instanceof ExchangeFailure) || failure.mayPass;
  const advice = isPassing ? '' : '; check the schema.registry.ssl settings';
  const message = `Could not ${request.purpose}: ${where} ${messageOf(failure)}${advice}`;
  return new ConnectError(isPassing ? 'retriable' : 'config', message, {
    details: { stage: 'schema registry', isOfOneUrl: true },
  });
}

/** An answer that is none of a schema registry: a login page, another service, a damaged text. */
export function notARegistry(request: RegistryRequest, where: string, what: string): ConnectError {
  return new ConnectError(
    'data',
    `Could not ${request.purpose}: what ${where} answered is no answer of a schema registry (${what}); is schema.registry.url right?`,
    { details: { stage: 'schema registry', isOfOneUrl: true } },
  );
}

/** What an answer with a status of 400 and above means. */
export function refusal(
  request: RegistryRequest,
  where: string,
  answer: { readonly status: number; readonly retryAfter: string | null },
  body: unknown,
): ConnectError {
  const { status } = answer;
  const said = errorIn(body);
  const retryAfterMs = answer.retryAfter === null ? Number.NaN : Number(answer.retryAfter) * 1_000;
  const answered = `${where} answered ${status}${said === null ? '' : ` (${said.code}: ${said.message})`}`;
  const { code, advice } = meaningOf(status, said?.code ?? 0, request);
  return new ConnectError(
    code,
    `Could not ${request.purpose}: ${answered}${advice === '' ? '' : `; ${advice}`}`,
    {
      details: {
        stage: 'schema registry',
        status,
        ...(said === null ? {} : { registryCode: said.code }),
        ...(retryAfterMs >= 0 ? { retryAfterMs } : {}),
        isRegistryRefusal:
          code === 'data' && (request.whenPathMissing !== undefined || !isOfNoRegistry(said?.code ?? 0)),
      },
    },
  );
}

/** Not the registry itself spoke, but what serves its paths: it has codes of 5 digits for what it lacks. */
function isOfNoRegistry(registryCode: number): boolean {
  return registryCode === 0 || registryCode === 404;
}

function meaningOf(
  status: number,
  registryCode: number,
  request: RegistryRequest,
): { readonly code: ErrorCode; readonly advice: string } {
  if (mayPass(status)) return { code: 'retriable', advice: '' };
  switch (status) {
    case 401:
      return {
        code: 'forbidden',
        advice:
          'check basic.auth.user.info, bearer.auth.token or the name and password in schema.registry.url',
      };
    case 403:
      return { code: 'forbidden', advice: 'this login is not allowed to do so' };
    case 404:
      if (isOfNoRegistry(registryCode)) {
        return {
          code: 'data',
          advice: request.whenPathMissing ?? 'is the path of schema.registry.url right?',
        };
      }
      return { code: 'data', advice: request.whenMissing ?? '' };
    case 409:
      return {
        code: 'data',
        advice:
          'the schema is not compatible with earlier ones of its subject; change it or the compatibility level',
      };
    default:
      return { code: 'data', advice: '' };
  }
}

/** The registry's own form of errors; messages are cut, and lose what would break a line of a log. */
function errorIn(body: unknown): { readonly code: number; readonly message: string } | null {
  if (typeof body !== 'object' || body === null) return null;
  const code = 'error_code' in body ? body.error_code : undefined;
  const message = 'message' in body ? body.message : undefined;
  if (typeof code !== 'number') return null;
  const text = typeof message === 'string' ? message : '';
  return { code, message: text.replace(/[\p{Cc}\p{Cs}]+/gu, ' ').slice(0, maxMessageLength) };
}
