import type { Assign, AssignableTopic, Assignee } from './assignee.ts';
import { compareMembers } from './assignee.ts';
import { keyOf, PartitionShares } from './partition-shares.ts';

/** Balanced, and each member keeps what it has as far as balance allows. Everything moves in one round. */
export const assignSticky: Assign = (members, topics) => {
  const shares = shareOut(members, topics);
  return new Map(members.map(({ memberId }) => [memberId, shares.partitionsOf(shares.keysOf(memberId))]));
};

/**
 * As `assignSticky`, but a partition that moves is given to nobody in this round: its owner gives it up on learning of
 * the round, and the next round gives it away.
 */
export const assignCooperativeSticky: Assign = (members, topics) => {
  const shares = shareOut(members, topics);
  const claimed = claimants(members);
  return new Map(
    members.map(({ memberId }) => {
      const kept = shares.keysOf(memberId).filter((key) => {
        const owner = shares.owners.get(key);
        if (owner !== undefined) return owner === memberId;
        // Nobody owns it by right; but those who believe to must let go of it before a third member gets it.
        return claimed.get(key)?.has(memberId) ?? true;
      });
      return [memberId, shares.partitionsOf(kept)];
    }),
  );
};

function shareOut(
  members: readonly Assignee[],
  topics: ReadonlyMap<string, AssignableTopic>,
): PartitionShares {
  const shares = new PartitionShares(members, topics, currentOwners(members, topics));
  shares.giveFree();
  shares.balance();
  shares.giveBack();
  return shares;
}

/** Who holds what. Of two who claim the same, the one with the later generation is right; with the same, neither. */
function currentOwners(
  members: readonly Assignee[],
  topics: ReadonlyMap<string, AssignableTopic>,
): Map<string, string> {
  const claims = new Map<string, { memberId: string; generation: number; isContested: boolean }>();
  for (const { memberId, topics: subscribed, owned, generation } of members.toSorted(compareMembers)) {
    const wanted = new Set(subscribed);
    for (const at of owned) {
      if (!wanted.has(at.topic) || at.partition >= (topics.get(at.topic)?.partitions ?? 0)) continue;
      const key = keyOf(at);
      const claim = claims.get(key);
      if (claim === undefined || generation > claim.generation) {
        claims.set(key, { memberId, generation, isContested: false });
      } else if (generation === claim.generation) claim.isContested = true;
    }
  }
  const owners = new Map<string, string>();
  for (const [key, { memberId, isContested }] of claims) if (!isContested) owners.set(key, memberId);
  return owners;
}

function claimants(members: readonly Assignee[]): ReadonlyMap<string, ReadonlySet<string>> {
  const claimed = new Map<string, Set<string>>();
  for (const { memberId, owned } of members) {
    for (const key of owned.map(keyOf)) {
      const known = claimed.get(key);
      if (known === undefined) claimed.set(key, new Set([memberId]));
      else known.add(memberId);
    }
  }
  return claimed;
}
