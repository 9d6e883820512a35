import { messageOf } from '../../errors/connect-error.ts';
import type { GroupMemberOptions } from '../../kafka/ports/group-member.ts';
import type { Log } from '../../plugin-api/source-connector.ts';
import type { ConfigSnapshot } from '../../storage/config-store.ts';
import { assignIncrementally, freshAssignorMemory, type MemberShare } from './assignor.ts';
import {
  assignmentErrors,
  decodeMetadata,
  encodeAssignment,
  isProtocolName,
  type MemberMetadata,
  protocolVersions,
} from './connect-protocol.ts';
import { assignEagerly } from './eager-assignor.ts';
import { joined, noWork, type WorkItems, without } from './work-items.ts';

type Members = Parameters<GroupMemberOptions['assign']>[1];

export interface MemberView {
  readonly url: string;
  readonly work: WorkItems;
}

export interface GroupLeaderOptions {
  readonly maxDelayMs: number;
  readonly snapshot: () => ConfigSnapshot;
  readonly log: Log;
  readonly now: () => number;
}

/** What a worker does and remembers as the leader of its group. */
export interface GroupLeader {
  assign(
    protocol: string,
    members: Members,
    leaderId: string,
    generation: number,
  ): ReadonlyMap<string, Uint8Array>;
  /** Called for each round that reached this worker, leader or not. */
  onRoundCompleted(generation: number, isLeader: boolean): void;
  /** Who runs what since the last round. */
  members(): readonly MemberView[];
}

interface Participant {
  readonly memberId: string;
  readonly metadata: MemberMetadata;
}

export function newGroupLeader({ maxDelayMs, snapshot, log, now }: GroupLeaderOptions): GroupLeader {
  let memory = freshAssignorMemory;
  let lastCompletedGeneration = -1;
  let views: readonly MemberView[] = [];

  const shareOut = (
    version: number,
    participants: readonly Participant[],
    configured: WorkItems,
    generation: number,
  ): { readonly shares: ReadonlyMap<string, MemberShare>; readonly delayMs: number } => {
    if (version === protocolVersions.default) {
      const dealt = assignEagerly(
        participants.map(({ memberId }) => memberId),
        configured,
      );
      const shares = new Map(
        [...dealt].map(([memberId, assigned]) => [memberId, { assigned, revoked: noWork }]),
      );
      return { shares, delayMs: 0 };
    }
    const members = participants.map(({ memberId, metadata }) => ({
      memberId,
      held: metadata.allocation?.assigned ?? noWork,
    }));
    const output = assignIncrementally({
      members,
      configured,
      memory,
      generation,
      lastCompletedGeneration,
      maxDelayMs,
      now: now(),
    });
    memory = output.memory;
    return output;
  };

  return {
    assign(protocol, members, leaderId, generation) {
      const version = isProtocolName(protocol) ? protocolVersions[protocol] : protocolVersions.sessioned;
      const participants = members.flatMap(({ memberId, metadata }): readonly Participant[] => {
        try {
          return [{ memberId, metadata: decodeMetadata(metadata) }];
        } catch (error) {
          log('error', `member ${memberId} of the worker group gets no work: ${messageOf(error)}`);
          return [];
        }
      });
      const configs = snapshot();
      const leaderUrl = participants.find(({ memberId }) => memberId === leaderId)?.metadata.url ?? '';
      const maxOffset = Math.max(...participants.map(({ metadata }) => metadata.configOffset));
      const isBehind = configs.offset < maxOffset;
      const { shares, delayMs } = isBehind
        ? { shares: new Map<string, MemberShare>(), delayMs: 0 }
        : shareOut(version, participants, configuredWork(configs), generation);
      if (isBehind) {
        log(
          'info',
          `the group meets again: this worker, its leader, has read configs to ${configs.offset} of ${maxOffset}`,
        );
      }
      views = participants.map(({ memberId, metadata: { url, allocation } }) => {
        const { assigned, revoked } = shares.get(memberId) ?? { assigned: noWork, revoked: noWork };
        const held = version === protocolVersions.default ? noWork : (allocation?.assigned ?? noWork);
        return { url, work: joined(without(held, revoked), assigned) };
      });
      // Every member is in the answer, also one that cannot be understood: brokers would give it empty bytes, and Java
      // workers exit on those.
      return new Map(
        members.map(({ memberId }) => {
          const { assigned, revoked } = shares.get(memberId) ?? { assigned: noWork, revoked: noWork };
          const assignment = {
            version,
            error: isBehind ? assignmentErrors.configMismatch : assignmentErrors.none,
            leader: leaderId,
            leaderUrl,
            configOffset: Math.max(maxOffset, configs.offset),
            assigned,
            revoked,
            delayMs,
          };
          return [memberId, encodeAssignment(assignment)];
        }),
      );
    },

    onRoundCompleted(generation, isLeader) {
      lastCompletedGeneration = generation;
      if (!isLeader) views = [];
    },

    members: () => views,
  };
}

/** All connectors and their tasks; an inconsistent connector has none until its task configs are complete. */
function configuredWork(configs: ConfigSnapshot): WorkItems {
  const connectors = configs.connectors();
  const tasks = connectors.flatMap((connector) =>
    configs.tasks(connector).map((task) => ({ connector, task })),
  );
  return { connectors, tasks };
}
