import { joinedAnswer } from './group-answers.ts';
import type { GroupMember, JoinAnswer, SyncAnswer } from './group-member.ts';
import type { GroupSnapshot } from './group-snapshot.ts';

export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead';

/** Where a group stands, and what its members agreed on in the present generation. */
export class GroupRound {
  /** Empty for a group that only keeps offsets. */
  protocolType = '';
  protocol: string | null = null;
  leaderId: string | null = null;
  #generation = 0;
  #state: GroupState = 'Empty';
  #stateSince = Date.now();

  get state(): GroupState {
    return this.#state;
  }

  set state(state: GroupState) {
    this.#state = state;
    this.#stateSince = Date.now();
  }

  get stateSince(): number {
    return this.#stateSince;
  }

  get generation(): number {
    return this.#generation;
  }

  /** Begins the next generation; who leads and what is agreed on follow. */
  advance(): void {
    this.#generation++;
  }

  joinAnswer({ memberId }: GroupMember, members: readonly GroupMember[]): JoinAnswer {
    return joinedAnswer({
      generation: this.#generation,
      protocolType: this.protocolType,
      protocol: this.protocol,
      leaderId: this.leaderId ?? '',
      memberId,
      members,
    });
  }

  syncAnswer({ assignment }: GroupMember): SyncAnswer {
    return { errorCode: 0, protocolType: this.protocolType, protocol: this.protocol, assignment };
  }

  snapshot(members: readonly GroupMember[]): GroupSnapshot {
    return {
      protocolType: this.protocolType,
      generation: this.#generation,
      protocol: this.protocol,
      leaderId: this.leaderId,
      stateSince: this.#stateSince,
      members: members.map((member) => member.snapshot(this.protocol)),
    };
  }

  restore(snapshot: GroupSnapshot): void {
    this.protocolType = snapshot.protocolType;
    this.protocol = snapshot.protocol;
    this.leaderId = snapshot.leaderId;
    this.#generation = snapshot.generation;
    this.#state = snapshot.members.length > 0 ? 'Stable' : 'Empty';
    this.#stateSince = snapshot.stateSince;
  }
}
