import { ConnectError, isConnectError, messageOf } from '../../errors/connect-error.ts';
import { backoffMs, pause } from '../cluster/backoff.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { retryOnCoordinator } from '../cluster/coordinator.ts';
import { cancelled } from '../connection/pending-request.ts';
import type { GroupMembershipOperation } from '../ports/consumer.ts';
import type { GroupMember, GroupMemberOptions } from '../ports/group-member.ts';
import type { CommittedOffset, TopicPartition } from '../ports/topic-partition.ts';
import { kafkaErrorOf, kafkaErrors, kafkaFailure } from '../protocol/error-codes.ts';
import type { JoinGroupResponse } from '../protocol/generated/join-group.js';
import { commitOffsets, fetchOffsets } from './group-offsets.ts';
import { GroupRequests } from './group-requests.ts';
import { runHeartbeats } from './heartbeats.ts';

/** Where the member stands; heartbeats go out in the last two. */
type Phase = 'out' | 'joining' | 'syncing' | 'stable';

const noGeneration = -1;
let members = 0;

/** A member of a classic consumer group whose protocol bytes mean nothing here. One `ensureActive` at a time. */
export class ClassicGroupMember implements GroupMember {
  readonly #cluster: Cluster;
  readonly #options: GroupMemberOptions;
  readonly #requests: GroupRequests;
  readonly #purpose: string;
  readonly #listeners: (() => void)[] = [];
  #phase: Phase = 'out';
  #memberId = '';
  #generation = noGeneration;
  #rejoinNeeded = true;
  #rejoinReason = '';
  /** The last complete round: its owner may still do what that round assigned. */
  #round: { readonly generation: number; readonly memberId: string } | null = null;
  /** What the owner has to be told before the next join. */
  #untold: { readonly lost: boolean } | null = null;
  #contactAt = 0;
  #fatal: ConnectError | null = null;
  #heartbeats: AbortController | null = null;
  #heartbeatsDone: Promise<void> = Promise.resolve();

  constructor(cluster: Cluster, options: GroupMemberOptions) {
    this.#cluster = cluster;
    this.#options = options;
    this.#purpose = `group ${options.groupId} ${++members}`;
    this.#requests = new GroupRequests(cluster, options, this.#purpose);
  }

  get memberId(): string {
    return this.#memberId;
  }

  get generation(): number {
    return this.#generation;
  }

  get rejoinNeeded(): boolean {
    return this.#rejoinNeeded;
  }

  onRejoinNeeded(listener: () => void): void {
    this.#listeners.push(listener);
  }

  requestRejoin(reason: string): void {
    this.#rejoinReason = reason;
    if (this.#rejoinNeeded) return;
    this.#rejoinNeeded = true;
    this.#log('debug', `rejoin needed: ${reason}`);
    for (const listener of this.#listeners) listener();
  }

  async ensureActive(signal: AbortSignal): Promise<void> {
    for (let failures = 0; this.#rejoinNeeded; ) {
      if (signal.aborted) throw cancelled(`joining group ${this.#options.groupId}`);
      await this.#tellThatRoundEnds();
      this.#throwIfFatal();
      try {
        const again = await this.#joinOnce(signal);
        failures = again ? failures + 1 : 0;
        // The broker's first "come again" is part of the protocol; a row of them is not.
        if (failures > 2) await this.#waitBeforeJoin(failures, signal);
      } catch (error) {
        if (this.#phase === 'joining' || this.#phase === 'syncing') this.#phase = 'out';
        this.requestRejoin(messageOf(error));
        if (signal.aborted) this.#requests.dropJoin();
        if (!isConnectError(error) || !error.retriable) throw error;
        this.#log(failures === 5 ? 'warn' : 'debug', `cannot join yet: ${error.message}`);
        if (performance.now() - this.#contactAt > this.#options.sessionTimeoutMs) this.#loseBySilence();
        await this.#waitBeforeJoin(failures++, signal);
      }
    }
    this.#throwIfFatal();
  }

  async commitOffsets(offsets: readonly CommittedOffset[]): Promise<void> {
    const { groupId, groupInstanceId } = this.#options;
    const what = `commit offsets of group ${groupId}`;
    const generation = this.#generation;
    if (generation === noGeneration) {
      throw new ConnectError('conflict', `${what}: this member is not part of the group at present`);
    }
    await retryOnCoordinator(this.#cluster, 'group', groupId, what, undefined, async () => {
      const identity = { groupId, generation, memberId: this.#memberId, groupInstanceId };
      try {
        await commitOffsets(this.#cluster, identity, offsets, { purpose: this.#purpose });
      } catch (error) {
        if (isConnectError(error) && this.#generation === generation) this.#noteCommitError(error);
        throw error;
      }
    });
  }

  async fetchOffsets(partitions: readonly TopicPartition[]): Promise<readonly CommittedOffset[]> {
    const { groupId } = this.#options;
    const what = `fetch committed offsets of group ${groupId}`;
    // Pending transactional commits must not be missed: whoever produced them may have read past them already.
    const options = { purpose: this.#purpose, requireStable: true };
    return await retryOnCoordinator(this.#cluster, 'group', groupId, what, undefined, () =>
      fetchOffsets(this.#cluster, groupId, partitions, options),
    );
  }

  async leave(
    reason: string,
    timeoutMs: number,
    operation: GroupMembershipOperation = 'default',
  ): Promise<void> {
    this.#stopHeartbeats();
    const memberId = this.#memberId;
    // A static member keeps its place until its session ends, so that a restart finds it again.
    const isStatic = (this.#options.groupInstanceId ?? null) !== null;
    const isToLeave = operation === 'leave' || (operation === 'default' && !isStatic);
    if (isToLeave && memberId !== '' && !this.#cluster.closed) {
      try {
        await this.#requests.leave(memberId, reason, timeoutMs);
      } catch (error) {
        this.#log(
          'info',
          `could not leave (${reason}); the broker will notice by itself: ${messageOf(error)}`,
        );
      }
    }
    this.#memberId = '';
    this.#generation = noGeneration;
    this.#round = null;
    this.#untold = null;
    this.#fatal = null;
    this.#phase = 'out';
    this.#rejoinNeeded = true;
    this.#requests.close();
    await this.#heartbeatsDone;
  }

  async #tellThatRoundEnds(): Promise<void> {
    while (this.#untold !== null && this.#round !== null) {
      const { lost } = this.#untold;
      const { generation, memberId } = this.#round;
      // Heartbeats go on meanwhile: giving up work may take long. If the broker loses patience, that is told next.
      this.#untold = null;
      await this.#options.onJoinPrepare(generation, memberId, lost);
      if (lost) this.#round = null;
    }
  }

  /** True: the round came to nothing, join again. */
  async #joinOnce(signal: AbortSignal): Promise<boolean> {
    this.#rejoinNeeded = false;
    this.#phase = 'joining';
    const joined = await this.#join(
      this.#rejoinReason === '' ? 'the member starts' : this.#rejoinReason,
      signal,
    );
    if (joined === null) {
      this.#rejoinNeeded = true;
      return true;
    }
    const { generationId: generation, memberId, leader, protocolName } = joined;
    this.#generation = generation;
    this.#memberId = memberId;
    this.#phase = 'syncing';
    this.#startHeartbeats();
    const isLeader = leader === memberId;
    this.#log('debug', `joined generation ${generation} as ${isLeader ? 'leader' : 'follower'} ${memberId}`);
    const assignments =
      isLeader && !joined.skipAssignment ? await this.#assign(joined) : new Map<string, Uint8Array>();
    const assignment = await this.#sync({ memberId, generation }, protocolName, assignments, signal);
    if (assignment === null || this.#generation !== generation) {
      this.#rejoinNeeded = true;
      return true;
    }
    // A commit may have learnt meanwhile that the round before was lost.
    await this.#tellThatRoundEnds();
    this.#phase = 'stable';
    this.#round = { generation, memberId };
    this.#untold = { lost: false };
    this.#rejoinReason = '';
    await this.#options.onJoined({
      generation,
      memberId,
      leaderId: leader,
      protocol: protocolName ?? '',
      assignment,
    });
    return false;
  }

  /** Null: try again at once. */
  async #join(reason: string, signal: AbortSignal): Promise<JoinGroupResponse | null> {
    const { groupId } = this.#options;
    const response = await this.#requests.join(this.#memberId, reason, signal);
    this.#contactAt = performance.now();
    switch (response.errorCode) {
      case kafkaErrors.NONE:
        return response;
      case kafkaErrors.MEMBER_ID_REQUIRED:
        this.#memberId = response.memberId;
        return null;
      case kafkaErrors.UNKNOWN_MEMBER_ID:
        this.#lose('the broker no longer knows this member', true);
        return null;
      default:
        throw this.#roundError(response.errorCode, `join group ${groupId}`);
    }
  }

  /** Null: the group moved on meanwhile, join again. */
  async #sync(
    membership: { memberId: string; generation: number },
    protocolName: string | null,
    assignments: ReadonlyMap<string, Uint8Array>,
    signal: AbortSignal,
  ): Promise<Buffer | null> {
    try {
      const assignment = await this.#requests.sync(membership, protocolName, assignments, signal);
      this.#contactAt = performance.now();
      return assignment;
    } catch (error) {
      if (!isConnectError(error)) throw error;
      const { kafkaError } = error.details;
      if (kafkaError === 'REBALANCE_IN_PROGRESS') return null;
      if (kafkaError === 'UNKNOWN_MEMBER_ID' || kafkaError === 'ILLEGAL_GENERATION') {
        this.#lose(error.message, kafkaError === 'UNKNOWN_MEMBER_ID');
        return null;
      }
      if (kafkaError === 'NOT_COORDINATOR') this.#cluster.forgetCoordinator('group', this.#options.groupId);
      throw error;
    }
  }

  async #assign(joined: JoinGroupResponse): Promise<ReadonlyMap<string, Uint8Array>> {
    const { protocolName, members: all, leader, generationId } = joined;
    const assignments = await this.#options.assign(protocolName ?? '', all, leader, generationId);
    // A member that the leader leaves out gets empty bytes from the broker, and Java members die of those.
    const forgotten = all.find((member) => !assignments.has(member.memberId));
    if (forgotten === undefined) return assignments;
    throw new ConnectError(
      'illegal-state',
      `the assignment of group ${this.#options.groupId} lacks member ${forgotten.memberId}`,
    );
  }

  #roundError(code: number, what: string): ConnectError {
    const error = kafkaErrorOf(code);
    if (error.name === 'NOT_COORDINATOR' || error.name === 'COORDINATOR_NOT_AVAILABLE') {
      this.#cluster.forgetCoordinator('group', this.#options.groupId);
    }
    const failure = kafkaFailure(code, what);
    if (error.name !== 'REBALANCE_IN_PROGRESS') return failure;
    return new ConnectError('retriable', failure.message, { details: failure.details });
  }

  async #waitBeforeJoin(failures: number, signal: AbortSignal): Promise<void> {
    const { 'retry.backoff.ms': initial, 'retry.backoff.max.ms': max } = this.#cluster.settings;
    await pause(backoffMs(initial, max, failures), `joining group ${this.#options.groupId}`, signal);
  }

  #startHeartbeats(): void {
    if (this.#heartbeats !== null) return;
    const { groupId, heartbeatIntervalMs, sessionTimeoutMs } = this.#options;
    const controller = new AbortController();
    this.#heartbeats = controller;
    this.#heartbeatsDone = runHeartbeats(
      this.#cluster,
      this.#requests,
      { groupId, intervalMs: heartbeatIntervalMs, sessionTimeoutMs },
      {
        membership: () =>
          this.#phase === 'stable' || this.#phase === 'syncing'
            ? { memberId: this.#memberId, generation: this.#generation }
            : undefined,
        onAnswer: () => {
          this.#contactAt = performance.now();
        },
        onRebalance: () => {
          if (this.#phase === 'stable') this.requestRejoin('the group rebalances');
        },
        onExpelled: (reason, memberIdIsGone) => this.#lose(reason, memberIdIsGone),
        onSessionExpired: () => this.#loseBySilence(),
        onFatal: (error) => {
          this.#fatal ??= error;
          // A fenced id is kept: without it the next join would take the place back from its new holder.
          this.#lose(error.message, !isFenced(error));
        },
      },
      controller.signal,
    );
  }

  #stopHeartbeats(): void {
    this.#heartbeats?.abort();
    this.#heartbeats = null;
  }

  /** The generation is over without us. Its owner hears of it in the next `ensureActive`, before anything is tried. */
  #lose(reason: string, memberIdIsGone: boolean): void {
    this.#log(this.#round === null ? 'debug' : 'warn', `membership lost: ${reason}`);
    if (this.#round !== null) this.#untold = { lost: true };
    this.#phase = 'out';
    if (memberIdIsGone) this.#memberId = '';
    this.#generation = noGeneration;
    this.requestRejoin(reason);
  }

  /** Work must stop when the broker will have given it to others; the member id may still be good. */
  #loseBySilence(): void {
    if (this.#round !== null) this.#lose('the coordinator did not answer for a whole session', false);
  }

  #noteCommitError(error: ConnectError): void {
    const { kafkaError } = error.details;
    if (kafkaError === 'UNKNOWN_MEMBER_ID') this.#lose(error.message, true);
    else if (isFenced(error)) {
      this.#fatal ??= error;
      this.#lose(error.message, false);
    } else if (kafkaError === 'ILLEGAL_GENERATION') this.#lose(error.message, false);
    else if (kafkaError === 'REBALANCE_IN_PROGRESS' && this.#phase === 'stable') {
      // Between join and sync the round that was met is the one this member is in.
      this.requestRejoin('a commit met a rebalance');
    }
  }

  #throwIfFatal(): void {
    const fatal = this.#fatal;
    this.#fatal = null;
    if (fatal !== null) throw fatal;
  }

  #log(level: 'debug' | 'info' | 'warn', message: string): void {
    this.#cluster.log(level, `group ${this.#options.groupId}: ${message}`);
  }
}

function isFenced(error: ConnectError): boolean {
  return error.details.kafkaError === 'FENCED_INSTANCE_ID';
}
