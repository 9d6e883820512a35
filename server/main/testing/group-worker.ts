import { type RunningWorker, startWorker } from '../../main.ts';
import { Loggers } from '../../runtime/log.ts';
import { waitFor } from '../../testing/wait.ts';

export interface RestAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Connect REST of a worker, Java's or ours, as its clients use it. */
export class RestClient {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async send(method: string, path: string, body?: unknown): Promise<RestAnswer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(100_000),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  }

  /** Repeats what is refused because the group is meeting, as clients do. */
  async settled(method: string, path: string, body?: unknown): Promise<RestAnswer> {
    return await waitFor(
      `${this.url} to answer ${method} ${path}`,
      async () => {
        const answer = await this.send(method, path, body);
        return /^Cannot complete request|rebalance is expected/.test(messageOf(answer)) ? null : answer;
      },
      120_000,
    );
  }

  /** `RUNNING worker | 0:RUNNING worker` without the workers. */
  async states(connector: string): Promise<string> {
    const { status, body } = await this.send('GET', `/connectors/${connector}/status`);
    if (status !== 200) return String(status);
    const { connector: own, tasks } = body as Status;
    return [own.state, ...tasks.map(({ id, state }) => `${id}:${state}`)].join(' ');
  }

  async owners(connector: string): Promise<readonly string[]> {
    const { body } = await this.send('GET', `/connectors/${connector}/status`);
    const { connector: own, tasks } = body as Status;
    return [own.worker_id, ...tasks.map(({ worker_id }) => worker_id)];
  }

  async awaitStates(connector: string, states: string): Promise<void> {
    await waitFor(
      `${connector} to be ${states} at ${this.url}`,
      async () => (await this.states(connector)) === states,
      120_000,
    );
  }
}

interface Status {
  readonly connector: { readonly state: string; readonly worker_id: string };
  readonly tasks: readonly { readonly id: number; readonly state: string; readonly worker_id: string }[];
}

function messageOf({ body }: RestAnswer): string {
  return typeof body === 'object' && body !== null && 'message' in body ? String(body.message) : '';
}

export interface GroupWorker {
  readonly rest: RestClient;
  readonly worker: RunningWorker;
}

/** A whole worker in this process, ready for requests. */
export async function startGroupWorker(settings: Readonly<Record<string, string>>): Promise<GroupWorker> {
  const worker = await startWorker({
    mode: 'distributed',
    settings: {
      'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
      listeners: 'http://127.0.0.1:0',
      ...settings,
    },
    loggers: new Loggers({ write: () => undefined }),
    isBrokerEmbedded: false,
  });
  await worker.started;
  return { worker, rest: new RestClient(`http://${worker.herder.workerId}`) };
}
