import { type ConnectError, isConnectError } from '../../errors/connect-error.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { type CoordinatorType, isCoordinatorGone } from '../cluster/coordinator.ts';
import { chunksOf } from './chunks.ts';

/** Coordinators of several keys are asked for at the same time, but not of thousands. */
const maxQuestions = 20;

/** What became of one key of a request. */
export type KeyAnswer<Answer> = { readonly answer: Answer } | { readonly error: ConnectError };

/**
 * Asks the coordinators of many groups or transactional ids, one request per node and 250 keys, and asks again for
 * those whose coordinator moves or loads. Lasting errors of single keys are in the answer, all others are thrown.
 */
export async function askCoordinators<Answer>(
  cluster: Cluster,
  type: CoordinatorType,
  keys: readonly string[],
  options: { readonly what: string; readonly signal: AbortSignal | undefined },
  askNode: (node: number, keys: readonly string[]) => Promise<ReadonlyMap<string, KeyAnswer<Answer>>>,
): Promise<ReadonlyMap<string, KeyAnswer<Answer>>> {
  const answers = new Map<string, KeyAnswer<Answer>>();
  let left: readonly string[] = [...new Set(keys)];
  await cluster.retry(
    options.what,
    async () => {
      const again = new Map<string, ConnectError>();
      const note = (key: string, result: KeyAnswer<Answer>): void => {
        if (!('error' in result) || !result.error.retriable) {
          answers.set(key, result);
          return;
        }
        const { error } = result;
        if (isCoordinatorGone(error) || error.code === 'unavailable') cluster.forgetCoordinator(type, key);
        again.set(key, error);
      };
      const nodes = await byCoordinator(cluster, type, left, options.signal, (key, error) =>
        note(key, { error }),
      );
      for (const [node, nodeKeys] of nodes) {
        for (const chunk of chunksOf(nodeKeys)) {
          const found = await askNode(node, chunk).catch((error: unknown) => {
            if (!isConnectError(error) || !error.retriable) throw error;
            return new Map(chunk.map((key): [string, KeyAnswer<Answer>] => [key, { error }]));
          });
          for (const [key, result] of found) note(key, result);
        }
      }
      left = [...again.keys()];
      for (const error of again.values()) throw error;
    },
    { signal: options.signal },
  );
  return answers;
}

/** The answers alone; throws the first error among them. */
export function requireAnswers<Answer>(
  results: ReadonlyMap<string, KeyAnswer<Answer>>,
): ReadonlyMap<string, Answer> {
  const answers = new Map<string, Answer>();
  for (const [key, result] of results) {
    if ('error' in result) throw result.error;
    answers.set(key, result.answer);
  }
  return answers;
}

async function byCoordinator(
  cluster: Cluster,
  type: CoordinatorType,
  keys: readonly string[],
  signal: AbortSignal | undefined,
  onError: (key: string, error: ConnectError) => void,
): Promise<ReadonlyMap<number, readonly string[]>> {
  const nodes = new Map<number, string[]>();
  for (const chunk of chunksOf(keys, maxQuestions)) {
    const found = await Promise.allSettled(chunk.map((key) => cluster.coordinator(type, key, signal)));
    for (const [index, result] of found.entries()) {
      const key = chunk[index] ?? '';
      if (result.status === 'rejected') {
        if (!isConnectError(result.reason) || result.reason.code === 'cancelled') throw result.reason;
        onError(key, result.reason);
        continue;
      }
      const list = nodes.get(result.value.id);
      if (list === undefined) nodes.set(result.value.id, [key]);
      else list.push(key);
    }
  }
  return nodes;
}
