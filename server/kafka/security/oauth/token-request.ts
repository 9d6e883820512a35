import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SecureContext } from 'node:tls';
import { ConnectError, messageOf } from '../../../errors/connect-error.ts';
import { cancelledLogin, refused } from './token-login.ts';

/** What is posted; made anew for every attempt's first try, since assertions age. */
export interface TokenForm {
  readonly fields: Readonly<Record<string, string>>;
  readonly authorization?: string;
  /** Kept out of errors, should the endpoint repeat them. */
  readonly secrets: readonly string[];
}

export interface TokenEndpoint {
  readonly url: URL;
  /** Null: no limit of its own; the whole attempt has one all the same. */
  readonly connectTimeoutMs: number | null;
  readonly readTimeoutMs: number | null;
  readonly retryBackoffMs: number;
  /** How long attempts go on after failures that may pass. */
  readonly retryBackoffMaxMs: number;
  /** Absent: system certificates. */
  readonly secureContext?: SecureContext | undefined;
}

const maxResponseBytes = 1024 * 1024;
/** Java's limits are those of the operating system. */
const defaultTimeoutMs = 30_000;
/** Answers that the same request would get again; the list is Java's. */
const finalStatuses = new Set([
  400, 401, 402, 403, 404, 405, 406, 407, 409, 410, 411, 412, 413, 414, 415, 501, 505,
]);

interface Answer {
  readonly status: number;
  readonly body: string;
}

/**
 * Asks a token endpoint for a token, again and again for a while when the failure may pass. Errors name the endpoint
 * without its query and hold nothing of what was sent.
 */
export async function requestToken(
  endpoint: TokenEndpoint,
  form: TokenForm,
  signal: AbortSignal,
): Promise<string> {
  const where = `${endpoint.url.origin}${endpoint.url.pathname}`;
  const deadline = performance.now() + endpoint.retryBackoffMaxMs;
  for (let failures = 0; ; failures++) {
    const problem = await attempt(endpoint, form, signal);
    if ('token' in problem) return problem.token;
    const told = withoutSecrets(`token endpoint ${where}: ${problem.reason}`, form.secrets);
    if (problem.isFinal) throw refused(told);
    const wait = Math.min(
      endpoint.retryBackoffMs * 2 ** Math.min(failures, 30),
      deadline - performance.now(),
    );
    if (signal.aborted) throw cancelledLogin();
    if (wait <= 0) {
      throw new ConnectError('unavailable', `no OAUTHBEARER token can be had: ${told}`, {
        retriable: true,
        details: { kafkaError: 'NETWORK_EXCEPTION', stage: 'login' },
      });
    }
    await sleep(wait, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

type Outcome = { readonly token: string } | { readonly reason: string; readonly isFinal: boolean };

async function attempt(endpoint: TokenEndpoint, form: TokenForm, signal: AbortSignal): Promise<Outcome> {
  let answer: Answer;
  try {
    answer = await post(endpoint, form, signal);
  } catch (error) {
    return { reason: messageOf(error), isFinal: false };
  }
  const { status, body } = answer;
  if (status !== 200 && status !== 201) {
    return { reason: `it answers with status ${status}${errorIn(body)}`, isFinal: finalStatuses.has(status) };
  }
  const token = tokenIn(body);
  return token === null ? { reason: 'its answer holds no access_token', isFinal: true } : { token };
}

function post(endpoint: TokenEndpoint, form: TokenForm, signal: AbortSignal): Promise<Answer> {
  const { url, secureContext } = endpoint;
  const connectTimeoutMs = endpoint.connectTimeoutMs ?? defaultTimeoutMs;
  const readTimeoutMs = endpoint.readTimeoutMs ?? defaultTimeoutMs;
  const payload = new URLSearchParams(form.fields).toString();
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(url, {
      method: 'POST',
      agent: false,
      signal,
      ...(secureContext === undefined ? {} : { secureContext }),
      headers: {
        Accept: 'application/json',
        'Content-Type': 'application/x-www-form-urlencoded',
        'Cache-Control': 'no-cache',
        'Content-Length': Buffer.byteLength(payload),
        ...(form.authorization === undefined ? {} : { Authorization: form.authorization }),
      },
    });
    const fail = (error: Error): void => {
      clearTimeout(timer);
      request.destroy();
      reject(error);
    };
    let timer = setTimeout(
      () => fail(new Error(`no connection within ${connectTimeoutMs} ms`)),
      connectTimeoutMs,
    );
    request.on('socket', (socket) => {
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
        clearTimeout(timer);
        timer = setTimeout(() => fail(new Error(`no answer within ${readTimeoutMs} ms`)), readTimeoutMs);
      });
    });
    request.on('error', fail);
    request.on('response', (response) => {
      readBody(response).then((body) => {
        clearTimeout(timer);
        resolve({ status: response.statusCode ?? 0, body });
      }, fail);
    });
    request.end(payload);
  });
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxResponseBytes) throw new Error(`its answer has more than ${maxResponseBytes} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function tokenIn(body: string): string | null {
  const parsed = parseObject(body);
  for (const name of ['access_token', 'id_token']) {
    const token = parsed?.[name];
    if (typeof token === 'string' && token.trim() !== '') return token.trim();
  }
  return null;
}

/** RFC 6749, section 5.2; some providers have their own names for the two members. */
function errorIn(body: string): string {
  const parsed = parseObject(body);
  const error = parsed?.error ?? parsed?.errorCode;
  if (typeof error !== 'string') return '';
  const description = parsed?.error_description ?? parsed?.errorSummary;
  const text = typeof description === 'string' ? `${error}: ${description}` : error;
  return ` (${text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 300)})`;
}

function parseObject(body: string): Readonly<Record<string, unknown>> | null {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : null;
  } catch {
    return null;
  }
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => (secret === '' ? rest : rest.replaceAll(secret, '[hidden]')), text);
}
