import { balanceByRevoking, leastLoaded } from './assignment-balance.ts';
import {
  compareTasks,
  isEmpty,
  joined,
  noWork,
  parseTaskKey,
  taskKey,
  together,
  type WorkItems,
  without,
} from './work-items.ts';

/**
 * The incremental cooperative assignor of Kafka Connect (KIP-415): workers keep what they hold; too much work is
 * revoked in one round and given away in the next; work of a worker that left is kept back for a while in case it
 * comes back. Pure: what the leader remembers goes in and comes out.
 */

export interface AssignorMember {
  readonly memberId: string;
  readonly held: WorkItems;
}

export interface AssignorMemory {
  readonly previous: WorkItems;
  readonly previousRevocation: WorkItems;
  readonly hasRevokedInPrevious: boolean;
  /** Workers that came without work while lost work was kept back. */
  readonly candidates: readonly string[];
  /** Milliseconds since the epoch; 0: no rebalance is planned. */
  readonly scheduledRebalanceAt: number;
  readonly delayMs: number;
  readonly previousGeneration: number;
  readonly previousMembers: readonly string[];
  readonly successiveRevocations: number;
}

export const freshAssignorMemory: AssignorMemory = {
  previous: noWork,
  previousRevocation: noWork,
  hasRevokedInPrevious: false,
  candidates: [],
  scheduledRebalanceAt: 0,
  delayMs: 0,
  previousGeneration: -1,
  previousMembers: [],
  successiveRevocations: 0,
};

export interface AssignorInput {
  readonly members: readonly AssignorMember[];
  readonly configured: WorkItems;
  readonly memory: AssignorMemory;
  /** Of the round under way, and of the last one that reached this leader in full. */
  readonly generation: number;
  readonly lastCompletedGeneration: number;
  /** `scheduled.rebalance.max.delay.ms`. */
  readonly maxDelayMs: number;
  readonly now: number;
}

export interface MemberShare {
  /** New items only. */
  readonly assigned: WorkItems;
  readonly revoked: WorkItems;
}

export interface AssignorOutput {
  readonly shares: ReadonlyMap<string, MemberShare>;
  readonly delayMs: number;
  readonly memory: AssignorMemory;
}

export function assignIncrementally(input: AssignorInput): AssignorOutput {
  const { configured, generation } = input;
  const members = [...input.members].sort((one, other) => (one.memberId < other.memberId ? -1 : 1));
  const active = members.map(({ held }) => held).reduce(together, noWork);
  const previous = rememberedWork(input, active);
  const known = together(previous, active);
  const deleted = without(known, configured);
  const duplicated = heldTwice(members.map(({ held }) => held));
  const lost = without(without(previous, active), deleted);
  const created = without(without(configured, previous), active);

  const stopped = together(deleted, duplicated);
  const next = new Map(members.map(({ memberId, held }) => [memberId, without(held, stopped)]));
  const delayed = placeLostWork(input, members, lost, next);
  const balanced = revokeForBalance(input, delayed, next);
  for (const [memberId, given] of balanced.revoked) {
    next.set(memberId, without(next.get(memberId) ?? noWork, given));
  }
  give(together(created, delayed.toReassign), next);

  const shares = new Map(
    members.map(({ memberId, held }) => {
      const share = next.get(memberId) ?? noWork;
      const revoked = together(both(held, stopped), balanced.revoked.get(memberId) ?? noWork);
      return [memberId, { assigned: without(share, held), revoked }];
    }),
  );
  const placed = [...next.values()].reduce(together, noWork);
  return {
    shares,
    delayMs: balanced.delayMs,
    memory: {
      // Lost work that is still kept back stays remembered, or it would look new.
      previous: together(placed, without(lost, placed)),
      previousRevocation: [...shares.values()].reduce((all, { revoked }) => together(all, revoked), noWork),
      hasRevokedInPrevious: balanced.delayMs === 0 && balanced.hasRevoked,
      candidates: delayed.candidates,
      scheduledRebalanceAt: balanced.scheduledRebalanceAt,
      delayMs: balanced.delayMs,
      previousGeneration: generation,
      previousMembers: members.map(({ memberId }) => memberId),
      successiveRevocations: balanced.successiveRevocations,
    },
  };
}

function rememberedWork({ memory, lastCompletedGeneration }: AssignorInput, active: WorkItems): WorkItems {
  // Somebody else has led meanwhile, or the last round did not arrive: what we remember is not what was assigned.
  const previous = memory.previousGeneration === lastCompletedGeneration ? memory.previous : noWork;
  return isEmpty(both(memory.previousRevocation, active)) ? previous : active;
}

interface LostWork {
  readonly toReassign: WorkItems;
  readonly delayMs: number;
  readonly scheduledRebalanceAt: number;
  readonly candidates: readonly string[];
  readonly hasRevokedInPrevious: boolean;
}

/** Decides whether lost work waits; gives it to workers that came meanwhile when the wait is over. */
function placeLostWork(
  { memory, maxDelayMs, now }: AssignorInput,
  members: readonly AssignorMember[],
  lost: WorkItems,
  next: Map<string, WorkItems>,
): LostWork {
  const { scheduledRebalanceAt, hasRevokedInPrevious, previousMembers } = memory;
  const ids = new Set(members.map(({ memberId }) => memberId));
  const settled = {
    toReassign: lost,
    delayMs: 0,
    scheduledRebalanceAt: 0,
    candidates: [],
    hasRevokedInPrevious,
  };
  if (isEmpty(lost) && (!hasRevokedInPrevious || scheduledRebalanceAt <= 0)) return settled;
  // Nobody left: the assignment did not reach its worker.
  if (scheduledRebalanceAt <= 0 && previousMembers.every((memberId) => ids.has(memberId))) return settled;
  if (maxDelayMs === 0) return settled;
  if (scheduledRebalanceAt > 0 && now >= scheduledRebalanceAt) {
    const present = memory.candidates.filter((memberId) => ids.has(memberId));
    const isGiven = present.length > 0;
    if (isGiven) giveInTurn(lost, present, next);
    return { ...settled, toReassign: isGiven ? noWork : lost, hasRevokedInPrevious: false };
  }
  const idle = members.filter(({ held }) => isEmpty(held)).map(({ memberId }) => memberId);
  const delayMs = scheduledRebalanceAt > 0 ? Math.min(scheduledRebalanceAt - now, maxDelayMs) : maxDelayMs;
  return {
    toReassign: noWork,
    delayMs,
    scheduledRebalanceAt: now + delayMs,
    candidates: [...new Set([...memory.candidates, ...idle])],
    hasRevokedInPrevious,
  };
}

interface Balance {
  readonly revoked: ReadonlyMap<string, WorkItems>;
  readonly hasRevoked: boolean;
  readonly delayMs: number;
  readonly scheduledRebalanceAt: number;
  readonly successiveRevocations: number;
}

/** Takes work from workers that have too much, but not round after round without a pause that grows. */
function revokeForBalance(
  { configured, memory, maxDelayMs, now }: AssignorInput,
  { delayMs, scheduledRebalanceAt, hasRevokedInPrevious }: LostWork,
  next: ReadonlyMap<string, WorkItems>,
): Balance {
  const nothing = new Map<string, WorkItems>();
  const unchanged = {
    revoked: nothing,
    hasRevoked: hasRevokedInPrevious,
    delayMs,
    scheduledRebalanceAt,
    successiveRevocations: memory.successiveRevocations,
  };
  if (delayMs > 0) return unchanged;
  const revoked = balanceByRevoking(configured, next);
  if (revoked.size === 0) {
    const successiveRevocations = hasRevokedInPrevious ? 0 : memory.successiveRevocations;
    return { ...unchanged, hasRevoked: false, successiveRevocations };
  }
  if (!hasRevokedInPrevious) return { ...unchanged, revoked, hasRevoked: true };
  const successiveRevocations = memory.successiveRevocations + 1;
  const pauseMs = Math.min(40 ** successiveRevocations, maxDelayMs);
  if (pauseMs === 0) return { ...unchanged, revoked, hasRevoked: true, successiveRevocations };
  return {
    revoked: nothing,
    hasRevoked: false,
    delayMs: pauseMs,
    scheduledRebalanceAt: now + pauseMs,
    successiveRevocations,
  };
}

/** Each item to the worker with the fewest of its kind. */
function give(items: WorkItems, next: Map<string, WorkItems>): void {
  for (const connector of [...items.connectors].sort()) {
    const to = leastLoaded(next, ({ connectors }) => connectors.length);
    if (to !== undefined) add(next, to, { connectors: [connector], tasks: [] });
  }
  for (const task of [...items.tasks].sort(compareTasks)) {
    const to = leastLoaded(next, ({ tasks }) => tasks.length);
    if (to !== undefined) add(next, to, { connectors: [], tasks: [task] });
  }
}

function giveInTurn(items: WorkItems, memberIds: readonly string[], next: Map<string, WorkItems>): void {
  for (const [index, connector] of items.connectors.entries()) {
    add(next, memberIds[index % memberIds.length], { connectors: [connector], tasks: [] });
  }
  for (const [index, task] of items.tasks.entries()) {
    add(next, memberIds[index % memberIds.length], { connectors: [], tasks: [task] });
  }
}

function add(next: Map<string, WorkItems>, memberId: string | undefined, items: WorkItems): void {
  if (memberId !== undefined) next.set(memberId, joined(next.get(memberId) ?? noWork, items));
}

function both(items: WorkItems, others: WorkItems): WorkItems {
  return without(items, without(items, others));
}

function heldTwice(holdings: readonly WorkItems[]): WorkItems {
  const count = <T>(all: readonly T[]) => {
    const seen = new Set<T>();
    const twice = new Set<T>();
    for (const item of all) (seen.has(item) ? twice : seen).add(item);
    return [...twice];
  };
  return {
    connectors: count(holdings.flatMap(({ connectors }) => connectors)),
    tasks: count(holdings.flatMap(({ tasks }) => tasks.map(taskKey))).map(parseTaskKey),
  };
}
