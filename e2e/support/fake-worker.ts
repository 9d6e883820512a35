import { handleConsoleRequest } from '../../server/console/http/handle-console-request.ts';
import { PluginCatalogue } from '../../server/plugins/plugin-catalogue.ts';
import { setWorkerHandle } from '../../server/runtime/worker-handle.ts';
import { FakeHerder } from './fake-herder.ts';
import { fakePlugins } from './fake-plugins.ts';
import { FakeTopics } from './fake-topics.ts';

/** Puts a herder without a worker behind the console API. Undone with `setWorkerHandle(null)`. */
export function installFakeWorker(startError: string | null = null, topics = new FakeTopics()): FakeHerder {
  const herder = new FakeHerder();
  setWorkerHandle({
    herder,
    catalogue: new PluginCatalogue(fakePlugins),
    topics,
    vault: null,
    kafka: { bootstrap: '127.0.0.1:9092', embedded: true },
    restUrl: 'http://127.0.0.1:8083',
    mode: 'distributed',
    startedAt: 1,
    startError,
  });
  return herder;
}

export interface Call {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request as the console's own page sends it. */
export async function call(path: string, { method = 'GET', body, headers = {} }: Call = {}) {
  const all = new Headers({ host: 'localhost:3000' });
  if (method !== 'GET') {
    all.set('origin', 'http://localhost:3000');
    all.set('sec-fetch-site', 'same-origin');
  }
  if (body !== undefined) all.set('content-type', 'application/json');
  for (const [name, value] of Object.entries(headers)) all.set(name, value);
  const request = new Request(`http://localhost:3000/api/v1${path}`, {
    method,
    headers: all,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const response = await handleConsoleRequest(request);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return {
    status: response.status,
    json: isJson ? (JSON.parse(text) as unknown) : null,
    text,
    response,
  };
}
