import { ConnectError } from '../errors/connect-error.ts';
import { type State, type Status, states, type TopicStatus } from './status-store.ts';

const connectorPrefix = 'status-connector-';
const taskPrefix = 'status-task-';
const topicPrefix = 'status-topic-';
const topicSeparator = ':connector-';

/** A broker refuses records above 1 MiB by default, and a status that cannot be stored is worth less than a cut one. */
const maxTraceLength = 100_000;

/** A record of the status topic by meaning; null: tombstone. */
export type StatusRecord =
  | { readonly kind: 'connector'; readonly connector: string; readonly status: Status | null }
  | {
      readonly kind: 'task';
      readonly connector: string;
      readonly task: number;
      readonly status: Status | null;
    }
  | {
      readonly kind: 'topic';
      readonly connector: string;
      readonly topic: string;
      readonly status: TopicStatus | null;
    };

export const connectorStatusKey = (connector: string): string => `${connectorPrefix}${connector}`;
export const taskStatusKey = (connector: string, task: number): string => `${taskPrefix}${connector}-${task}`;
export const topicStatusKey = (connector: string, topic: string): string =>
  `${topicPrefix}${topic}${topicSeparator}${connector}`;

export function encodeStatus({ state, trace, workerId, generation, version }: Status): string {
  return JSON.stringify({
    state,
    trace:
      trace !== null && trace.length > maxTraceLength ? `${trace.slice(0, maxTraceLength)}\n[cut]` : trace,
    worker_id: workerId,
    generation,
    version,
  });
}

export function encodeTopicStatus({ topic, connector, task, discoverTimestamp }: TopicStatus): string {
  return JSON.stringify({ topic: { name: topic, connector, task, discoverTimestamp } });
}

/** Throws a `data` error that says what is wrong with the record. */
export function decodeStatusRecord(key: string, value: Buffer | null): StatusRecord {
  if (key.startsWith(connectorPrefix)) {
    return {
      kind: 'connector',
      connector: key.slice(connectorPrefix.length),
      status: value === null ? null : statusOf(value),
    };
  }
  if (key.startsWith(taskPrefix)) {
    const [, connector = '', task = ''] = /^(.*)-(\d{1,9})$/s.exec(key.slice(taskPrefix.length)) ?? [];
    if (task === '') throw new ConnectError('data', 'the key does not end with a task number');
    return { kind: 'task', connector, task: Number(task), status: value === null ? null : statusOf(value) };
  }
  if (key.startsWith(topicPrefix)) {
    const rest = key.slice(topicPrefix.length);
    // Topic names have no colon, connector names may.
    const split = rest.indexOf(topicSeparator);
    if (split < 0) throw new ConnectError('data', 'the key names no connector');
    const [topic, connector] = [rest.slice(0, split), rest.slice(split + topicSeparator.length)];
    return {
      kind: 'topic',
      connector,
      topic,
      status: value === null ? null : topicStatusOf(topic, connector, value),
    };
  }
  throw new ConnectError('data', `nobody writes the key ${JSON.stringify(key)} here`);
}

function statusOf(value: Buffer): Status {
  const fields = objectOf(value);
  const { state, worker_id: workerId, generation } = fields;
  if (!isState(state))
    throw new ConnectError('data', `there is no state ${JSON.stringify(state) ?? 'in it'}`);
  if (typeof workerId !== 'string') throw new ConnectError('data', 'worker_id is missing');
  if (typeof generation !== 'number') throw new ConnectError('data', 'generation is missing');
  const text = (name: string) => {
    const member = fields[name];
    return typeof member === 'string' ? member : null;
  };
  return { state, trace: text('trace'), workerId, generation, version: text('version') };
}

function topicStatusOf(topic: string, connector: string, value: Buffer): TopicStatus {
  const { topic: fields } = objectOf(value);
  const { task, discoverTimestamp } = toObject(fields);
  if (typeof task !== 'number') throw new ConnectError('data', 'task is missing');
  if (typeof discoverTimestamp !== 'number') throw new ConnectError('data', 'discoverTimestamp is missing');
  return { topic, connector, task, discoverTimestamp };
}

function isState(value: unknown): value is State {
  return states.some((state) => state === value);
}

function objectOf(value: Buffer): Readonly<Record<string, unknown>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(value.toString('utf8'));
  } catch (error) {
    throw new ConnectError('data', 'the value is not JSON', { cause: error });
  }
  return toObject(parsed);
}

function toObject(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConnectError('data', 'the value is not a JSON object');
  }
  return { ...value };
}
