import { type IncomingMessage, request } from 'node:http';
import { ConnectError, messageOf } from '../errors/connect-error.ts';

export interface WorkerCall {
  /** Advertised URL of the other worker. */
  readonly url: string;
  readonly method: string;
  /** Encoded, from the first slash on, with its query. */
  readonly path: string;
  /** JSON; empty: none is sent. */
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface WorkerAnswer {
  readonly status: number;
  readonly text: string;
}

/** A restart plan with the traces of a thousand tasks is well below. */
const maxAnswerBytes = 16 * 1024 * 1024;

/**
 * One request to another worker of the group, on a connection of its own: nothing is repeated, redirects are not
 * followed. Rejects with `retriable` when there is no answer, `timeout` when the signal aborts first.
 */
export async function callWorker(call: WorkerCall): Promise<WorkerAnswer> {
  const { url, method, path, signal } = call;
  const { promise: late, reject } = Promise.withResolvers<never>();
  const onAbort = () => {
    const stage = `waiting for the worker at ${url} to answer ${method} ${path}`;
    reject(new ConnectError('timeout', `no answer came from the worker at ${url}`, { details: { stage } }));
  };
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([late, exchange(call)]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function exchange(call: WorkerCall): Promise<WorkerAnswer> {
  try {
    const target = targetOf(call);
    const { method, signal } = call;
    const body = Buffer.from(call.body);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = {
        accept: 'application/json',
        'user-agent': 'kafka-connect',
        ...(body.length === 0 ? {} : { 'content-type': 'application/json' }),
        'content-length': body.length,
        ...call.headers,
      };
      const outgoing = request(target, { method, agent: false, signal, headers }, resolve);
      outgoing.on('error', reject);
      outgoing.end(body);
    });
    return { status: response.statusCode ?? 0, text: await readAnswer(response) };
  } catch (error) {
    throw new ConnectError('retriable', `IO Error trying to forward REST request: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function targetOf({ url, path }: WorkerCall): URL {
  if (!URL.canParse(url)) throw new Error(`the worker advertises ${url.slice(0, 200)}, which is not a URL`);
  const base = new URL(url);
  if (base.protocol !== 'http:') {
    throw new Error(
      `the worker advertises ${base.origin}, and only http is supported between workers so far`,
    );
  }
  return new URL(`${base.origin}${base.pathname.replace(/\/+$/, '')}${path}`);
}

async function readAnswer(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxAnswerBytes) throw new Error(`the answer is larger than ${maxAnswerBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
