/** An answer with everything that rightly differs from worker to worker replaced by rule. */
export interface ComparedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON, else the text; undefined without a body. */
  readonly body: unknown;
}

/**
 * One request that both workers get. In path, body and headers `SIDE` stands for a word of the same length that is
 * each worker's own, `FOLDER` for a folder that both may use, `VERSION` for that of its file connectors.
 */
export interface RestCase {
  /** Unique over all tables: a sentence about the request. */
  readonly name: string;
  readonly method: string;
  /** Sent exactly as it is. */
  readonly path: string;
  /** A text goes as it is, everything else as JSON. */
  readonly body?: unknown;
  /** A body without `content-type` here goes as JSON; an empty value means to send no such header. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Asks again, a bounded time, until this holds; what was answered last is compared. */
  readonly until?: (answer: ComparedAnswer) => boolean;
  /** The answer that sounds like a passing rebalance is the one to compare. */
  readonly isFinal?: boolean;
}

type Options = Pick<RestCase, 'body' | 'headers' | 'until' | 'isFinal'>;

/** `ask('a connector that is not there', 'GET /connectors/nobody')` */
export function ask(name: string, request: string, options: Options = {}): RestCase {
  const space = request.indexOf(' ');
  return { name, method: request.slice(0, space), path: request.slice(space + 1), ...options };
}

/** Status or plan of a restart: a connector and all its tasks in one state, with that many tasks. */
export function isIn(state: string, taskCount: number, taskState = state): RestCase['until'] {
  return ({ status, body }) => {
    if (status >= 300 || typeof body !== 'object' || body === null) return false;
    const { connector, tasks } = body as {
      connector?: { state?: string };
      tasks?: readonly { state?: string }[];
    };
    return (
      connector?.state === state &&
      tasks?.length === taskCount &&
      tasks.every((task) => task.state === taskState)
    );
  };
}

export function hasStatus(status: number): RestCase['until'] {
  return (answer) => answer.status === status;
}

/** Nothing in the body is on its way to another state. */
export const isSettled: RestCase['until'] = ({ status, body }) =>
  status === 200 && !/UNASSIGNED|RESTARTING/.test(JSON.stringify(body) ?? '');

/** The JSON of the body has this text in it. */
export function mentions(text: string): RestCase['until'] {
  return ({ body }) => (JSON.stringify(body) ?? '').includes(text);
}
