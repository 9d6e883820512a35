import type { WorkItems } from './work-items.ts';

type Holdings = ReadonlyMap<string, WorkItems>;

/**
 * What each worker must give up so that none has more than one connector, and one task, above any other when all that
 * is configured is placed. Nothing if nobody holds anything.
 */
export function balanceByRevoking(configured: WorkItems, next: Holdings): ReadonlyMap<string, WorkItems> {
  const connectors = surplus(configured.connectors.length, [...next], (items) => items.connectors);
  const tasks = surplus(configured.tasks.length, [...next], (items) => items.tasks);
  const revoked = new Map<string, WorkItems>();
  for (const memberId of next.keys()) {
    const given = { connectors: connectors.get(memberId) ?? [], tasks: tasks.get(memberId) ?? [] };
    if (given.connectors.length + given.tasks.length > 0) revoked.set(memberId, given);
  }
  return revoked;
}

/** Of equals the first. */
export function leastLoaded(next: Holdings, load: (items: WorkItems) => number): string | undefined {
  let best: string | undefined;
  let lowest = Number.POSITIVE_INFINITY;
  for (const [memberId, items] of next) {
    if (load(items) < lowest) {
      best = memberId;
      lowest = load(items);
    }
  }
  return best;
}

function surplus<T>(
  total: number,
  members: readonly (readonly [string, WorkItems])[],
  kind: (items: WorkItems) => readonly T[],
): ReadonlyMap<string, readonly T[]> {
  const floor = Math.floor(total / members.length);
  let withOneMore = total % members.length;
  const revoked = new Map<string, readonly T[]>();
  for (const [memberId, items] of members) {
    const held = kind(items);
    if (held.length <= floor) continue;
    const kept = withOneMore > 0 ? floor + 1 : floor;
    if (withOneMore > 0) withOneMore--;
    if (held.length > kept) revoked.set(memberId, held.slice(0, held.length - kept));
  }
  return revoked;
}
