import { messageOf } from '../../errors/connect-error.ts';
import type { GroupMember, GroupMemberOptions, JoinedRound } from '../../kafka/ports/group-member.ts';
import type { KafkaClient } from '../../kafka/ports/kafka-client.ts';
import type { Log } from '../../plugin-api/source-connector.ts';
import type { ConfigSnapshot } from '../../storage/config-store.ts';
import {
  type Assignment,
  assignmentErrors,
  decodeAssignment,
  encodeMetadata,
  isProtocolName,
  type ProtocolName,
  protocolVersions,
} from './connect-protocol.ts';
import { type GroupLeader, type MemberView, newGroupLeader } from './group-leader.ts';
import { joined, noWork, type WorkItems, without } from './work-items.ts';

export interface WorkerGroupOptions {
  readonly kafka: Pick<KafkaClient, 'createGroupMember'>;
  readonly membership: Pick<
    GroupMemberOptions,
    'groupId' | 'sessionTimeoutMs' | 'rebalanceTimeoutMs' | 'heartbeatIntervalMs' | 'clientId'
  >;
  /** Advertised REST URL of this worker. */
  readonly url: string;
  /** `connect.protocol`. */
  readonly protocol: 'eager' | 'compatible' | 'sessioned';
  /** `scheduled.rebalance.max.delay.ms`. */
  readonly maxDelayMs: number;
  /** Configs as of now; what it returned last is what a round was agreed on. */
  readonly snapshot: () => ConfigSnapshot;
  /** Stops all work; awaited before the next join. */
  readonly stopWork: (reason: string) => Promise<void>;
  readonly log: Log;
  readonly now: () => number;
}

/** A round that has ended and whose consequences have not been drawn yet. */
export interface GroupRound {
  readonly generation: number;
  readonly leaderUrl: string;
  /** Of the configs it was made from. */
  readonly configOffset: number;
  /** The leader could not assign: configs must be read and the group must meet again. */
  readonly isFailed: boolean;
  readonly revoked: WorkItems;
  readonly trigger: string;
  readonly beganAt: number;
}

const offered: Readonly<Record<WorkerGroupOptions['protocol'], readonly ProtocolName[]>> = {
  eager: ['default'],
  compatible: ['compatible', 'default'],
  sessioned: ['sessioned', 'compatible', 'default'],
};

/** This worker's place in the worker group: who leads, and what this worker has to run. */
export class WorkerGroup {
  readonly #options: WorkerGroupOptions;
  readonly #member: GroupMember;
  readonly #leader: GroupLeader;
  /** The last assignment, with everything that is held in place of what was new. */
  #current: Assignment | null = null;
  #round: GroupRound | null = null;
  #generation = -1;
  #isLeader = false;
  #protocol: ProtocolName | null = null;
  #scheduledRebalanceAt = 0;
  #trigger = 'the worker starts';
  #joinBeganAt = 0;

  constructor(options: WorkerGroupOptions) {
    this.#options = options;
    const { maxDelayMs, snapshot, log, now } = options;
    this.#leader = newGroupLeader({ maxDelayMs, snapshot, log, now });
    this.#member = options.kafka.createGroupMember({
      ...options.membership,
      protocolType: 'connect',
      protocols: () => this.#protocols(),
      assign: (protocol, members, leaderId, generation) =>
        this.#leader.assign(protocol, members, leaderId, generation),
      onJoinPrepare: (_generation, _memberId, isLost) => this.#onJoinPrepare(isLost),
      onJoined: (round) => this.#onJoined(round),
    });
  }

  /** Of the last round this worker was part of; -1: none yet. */
  get generation(): number {
    return this.#generation;
  }

  get isLeader(): boolean {
    return this.#isLeader;
  }

  /** null: not known (yet). */
  get leaderUrl(): string | null {
    return this.#current?.leaderUrl ?? null;
  }

  /** Everything this worker has to run. */
  get allocation(): WorkItems {
    return this.#current?.assigned ?? noWork;
  }

  /** That the last round was held in; null: none yet. */
  get protocol(): ProtocolName | null {
    return this.#protocol;
  }

  /** The group signs its internal requests. */
  get isSessioned(): boolean {
    return this.#protocol === 'sessioned';
  }

  /** Milliseconds since the epoch; 0: none is planned. */
  get scheduledRebalanceAt(): number {
    return this.#scheduledRebalanceAt;
  }

  get isRejoinNeeded(): boolean {
    return this.#member.rejoinNeeded;
  }

  /** Null when its consequences have been drawn. */
  get round(): GroupRound | null {
    return this.#round;
  }

  /** Claims nothing from now on: all work has been stopped for good. */
  forgetAllocation(): void {
    this.#current = null;
  }

  endRound(): void {
    this.#round = null;
  }

  /** As the leader assigned it; null for followers. */
  get members(): readonly MemberView[] | null {
    return this.#isLeader ? this.#leader.members() : null;
  }

  onRejoinNeeded(listener: () => void): void {
    this.#member.onRejoinNeeded(listener);
  }

  requestRejoin(reason: string): void {
    this.#trigger = reason;
    this.#member.requestRejoin(reason);
  }

  /** Joins when needed. Rejects on abort, and with what no retry helps against (refused by an ACL, for example). */
  async ensureActive(signal: AbortSignal): Promise<void> {
    if (this.#member.rejoinNeeded) this.#joinBeganAt = this.#options.now();
    await this.#member.ensureActive(signal);
  }

  /** The next `ensureActive` joins anew, still claiming what is held. */
  async leave(reason: string, timeoutMs: number): Promise<void> {
    this.#round = null;
    this.#isLeader = false;
    this.#scheduledRebalanceAt = 0;
    await this.#member.leave(reason, timeoutMs);
  }

  #protocols(): readonly { readonly name: string; readonly metadata: Uint8Array }[] {
    const { url, protocol, snapshot } = this.#options;
    const configOffset = snapshot().offset;
    return offered[protocol].map((name) => {
      const version = protocolVersions[name];
      const allocation = this.#current && { ...this.#current, version, revoked: noWork };
      return { name, metadata: encodeMetadata({ version, url, configOffset, allocation }) };
    });
  }

  async #onJoinPrepare(isLost: boolean): Promise<void> {
    if (this.#protocol === 'default') {
      this.#current = null;
      await this.#options.stopWork('the group begins a round of the eager protocol');
    } else if (isLost) {
      // It may be running elsewhere by now. The claim to it is kept: the leader sorts out what two workers claim, while
      // work that nobody claims would lie idle for the whole delay.
      await this.#options.stopWork('the worker group has lost sight of this worker');
    }
  }

  #onJoined({ generation, memberId, leaderId, protocol, assignment }: JoinedRound): void {
    this.#generation = generation;
    this.#isLeader = memberId === leaderId;
    this.#protocol = isProtocolName(protocol) ? protocol : null;
    this.#leader.onRoundCompleted(generation, this.#isLeader);
    const common = { generation, trigger: this.#trigger, beganAt: this.#joinBeganAt };
    this.#trigger = 'a worker joined or left';
    let decoded: Assignment;
    try {
      decoded = decodeAssignment(assignment);
    } catch (error) {
      this.#options.log(
        'error',
        `the leader of the worker group sent an unusable assignment: ${messageOf(error)}`,
      );
      this.#round = { ...common, leaderUrl: '', configOffset: -1, isFailed: true, revoked: noWork };
      return;
    }
    const { version, assigned, revoked, delayMs, error, leaderUrl, configOffset } = decoded;
    const held = this.#current?.assigned ?? noWork;
    const kept = without(held, revoked);
    const complete = version === 0 ? assigned : joined(kept, without(assigned, kept));
    this.#current = { ...decoded, assigned: complete, revoked: noWork };
    this.#scheduledRebalanceAt = delayMs > 0 ? this.#options.now() + delayMs : 0;
    const isFailed = error !== assignmentErrors.none;
    this.#round = { ...common, leaderUrl, configOffset, isFailed, revoked: version === 0 ? noWork : revoked };
  }
}
