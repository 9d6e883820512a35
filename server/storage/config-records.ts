import { ConnectError } from '../errors/connect-error.ts';
import type { RestartRequest, SessionKey, TargetState } from './config-store.ts';

type StringMap = Readonly<Record<string, string>>;

/** A record of the config topic by meaning. Absent values are tombstones. */
export type ConfigRecord =
  | { readonly kind: 'target-state'; readonly connector: string; readonly state: TargetState | null }
  | { readonly kind: 'connector'; readonly connector: string; readonly config: StringMap | null }
  | { readonly kind: 'task'; readonly connector: string; readonly task: number; readonly config: StringMap }
  | { readonly kind: 'commit'; readonly connector: string; readonly tasks: number }
  | { readonly kind: 'task-count'; readonly connector: string; readonly tasks: number }
  | { readonly kind: 'restart'; readonly request: RestartRequest }
  | { readonly kind: 'session-key'; readonly sessionKey: SessionKey }
  | { readonly kind: 'logger'; readonly namespace: string; readonly level: string };

export interface EncodedRecord {
  readonly key: string;
  /** null: tombstone. */
  readonly value: string | null;
}

export function encodeConfigRecord(record: ConfigRecord): EncodedRecord {
  switch (record.kind) {
    case 'target-state':
      return encoded(
        `target-state-${record.connector}`,
        // Workers that do not know STOPPED read `state`.
        record.state && {
          state: record.state === 'STOPPED' ? 'PAUSED' : record.state,
          'state.v2': record.state,
        },
      );
    case 'connector':
      return encoded(`connector-${record.connector}`, record.config && { properties: record.config });
    case 'task':
      return encoded(`task-${record.connector}-${record.task}`, { properties: record.config });
    case 'commit':
      return encoded(`commit-${record.connector}`, { tasks: record.tasks });
    case 'task-count':
      return encoded(`tasks-fencing-${record.connector}`, { 'task-count': record.tasks });
    case 'restart':
      return encoded(`restart-connector-${record.request.connector}`, {
        'include-tasks': record.request.includeTasks,
        'only-failed': record.request.onlyFailed,
      });
    case 'session-key':
      return encoded('session-key', {
        key: record.sessionKey.key.toString('base64'),
        algorithm: record.sessionKey.algorithm,
        'creation-timestamp': record.sessionKey.createdAt,
      });
    case 'logger':
      return encoded(`logger-cluster-${record.namespace}`, { level: record.level });
  }
}

/** null: nothing to do for us. Throws a `data` error that says what is wrong with the record. */
export function decodeConfigRecord(key: string, value: Buffer | null): ConfigRecord | null {
  // In Apache's order: names may themselves begin with one of the prefixes.
  for (const [prefix, decode] of decoders) {
    if (key.startsWith(prefix)) return decode(key.slice(prefix.length), value);
  }
  throw new ConnectError('data', `nobody writes the key ${JSON.stringify(key)} here`);
}

type Decoder = (rest: string, value: Buffer | null) => ConfigRecord | null;

const decoders: readonly (readonly [string, Decoder])[] = [
  [
    'target-state-',
    (connector, value) => ({
      kind: 'target-state',
      connector,
      state: value === null ? null : targetStateOf(objectOf(value)),
    }),
  ],
  [
    'connector-',
    (connector, value) => ({
      kind: 'connector',
      connector,
      config: value === null ? null : propertiesOf(objectOf(value)),
    }),
  ],
  [
    'task-',
    (rest, value) => {
      const [, connector = '', task = ''] = /^(.*)-(\d{1,9})$/s.exec(rest) ?? [];
      if (task === '') throw new ConnectError('data', 'the key does not end with a task number');
      return { kind: 'task', connector, task: Number(task), config: propertiesOf(objectOf(value)) };
    },
  ],
  [
    'commit-',
    (connector, value) => {
      const { tasks } = objectOf(value);
      if (typeof tasks !== 'number' || !Number.isSafeInteger(tasks) || tasks < 0) throw missing('tasks');
      return { kind: 'commit', connector, tasks };
    },
  ],
  [
    'restart-connector-',
    (connector, value) => {
      const restart = objectOf(value);
      return {
        kind: 'restart',
        request: {
          connector,
          includeTasks: restart['include-tasks'] === true,
          onlyFailed: restart['only-failed'] === true,
        },
      };
    },
  ],
  [
    'tasks-fencing-',
    (connector, value) => {
      const { 'task-count': tasks } = objectOf(value);
      if (typeof tasks !== 'number' || !Number.isSafeInteger(tasks) || tasks < 0) throw missing('task-count');
      return { kind: 'task-count', connector, tasks };
    },
  ],
  [
    'session-key',
    (_rest, value) => {
      const { key, algorithm, 'creation-timestamp': createdAt } = objectOf(value);
      if (typeof key !== 'string') throw missing('key');
      if (typeof algorithm !== 'string') throw missing('algorithm');
      if (typeof createdAt !== 'number') throw missing('creation-timestamp');
      return { kind: 'session-key', sessionKey: { key: Buffer.from(key, 'base64'), algorithm, createdAt } };
    },
  ],
  [
    'logger-cluster-',
    (namespace, value) => {
      const { level } = objectOf(value);
      if (typeof level !== 'string') throw missing('level');
      return { kind: 'logger', namespace, level };
    },
  ],
];

function targetStateOf(value: Readonly<Record<string, unknown>>): TargetState {
  const state = value['state.v2'] ?? value.state;
  if (state === 'STARTED' || state === 'PAUSED' || state === 'STOPPED') return state;
  throw new ConnectError('data', `there is no target state ${JSON.stringify(state) ?? 'in it'}`);
}

function propertiesOf({ properties }: Readonly<Record<string, unknown>>): StringMap {
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) {
    throw missing('properties');
  }
  const entries = Object.entries(properties).flatMap(([key, value]: [string, unknown]) => {
    if (value === null) return [];
    if (typeof value === 'object') throw new ConnectError('data', `the property ${key} is not text`);
    return [[key, String(value)] as const];
  });
  return Object.fromEntries(entries);
}

function objectOf(value: Buffer | null): Readonly<Record<string, unknown>> {
  if (value === null) throw new ConnectError('data', 'it has no value');
  let parsed: unknown;
  try {
    parsed = JSON.parse(value.toString('utf8'));
  } catch (error) {
    throw new ConnectError('data', 'the value is not JSON', { cause: error });
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new ConnectError('data', 'the value is not a JSON object');
  }
  return { ...parsed };
}

function missing(field: string): ConnectError {
  return new ConnectError('data', `the field ${field} is missing or of another type`);
}

function encoded(key: string, value: object | null): EncodedRecord {
  return { key, value: value === null ? null : JSON.stringify(value) };
}
