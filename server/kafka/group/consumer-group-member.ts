import { randomBytes } from 'node:crypto';
import { ConnectError, isConnectError, messageOf } from '../../errors/connect-error.ts';
import { backoffMs, pause } from '../cluster/backoff.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { retryOnCoordinator } from '../cluster/coordinator.ts';
import type { GroupMembershipOperation } from '../ports/consumer.ts';
import type { CommittedOffset, TopicPartition } from '../ports/topic-partition.ts';
import { type KafkaErrorName, kafkaErrorOf, kafkaFailure } from '../protocol/error-codes.ts';
import {
  type ConsumerGroupHeartbeatResponse,
  consumerGroupHeartbeatApi,
} from '../protocol/generated/consumer-group-heartbeat.js';
import { commitOffsets, fetchOffsets } from './group-offsets.ts';

/** Partitions as the coordinator names them. */
export interface AssignedTopic {
  readonly topicId: string;
  readonly partitions: readonly number[];
}

export interface ConsumerGroupMemberOptions {
  readonly groupId: string;
  readonly groupInstanceId: string | null;
  readonly rack: string | null;
  /** How long the coordinator waits for partitions to be given up. */
  readonly rebalanceTimeoutMs: number;
  /** Null: the coordinator's choice. */
  readonly serverAssignor: string | null;
  /** Asked before each heartbeat. */
  readonly topics: () => readonly string[];
  /** The member shall have exactly these: give up the others, take the new ones, then `acknowledge`. */
  readonly onTarget: (target: readonly AssignedTopic[]) => void;
  /** The coordinator has expelled the member: give everything up, then `join` again. */
  readonly onLost: (reason: string) => void;
  /** The member is out for good. */
  readonly onFatal: (error: ConnectError) => void;
}

/** `lost`: out until its owner has given everything up. */
type Phase = 'out' | 'joining' | 'joined' | 'lost' | 'failed';

/** Epochs that say good-bye; a static member may say that it comes back. */
const leaving = -1;
const leavingForAWhile = -2;
const meansLost: readonly KafkaErrorName[] = [
  'FENCED_MEMBER_EPOCH',
  'UNKNOWN_MEMBER_ID',
  'GROUP_ID_NOT_FOUND',
];
let members = 0;

/** A member of a group by the protocol of KIP-848: the coordinator assigns, in answers to heartbeats. */
export class ConsumerGroupMember {
  readonly #cluster: Cluster;
  readonly #options: ConsumerGroupMemberOptions;
  readonly #purpose: string;
  #memberId = newMemberId();
  #phase: Phase = 'out';
  #epoch = 0;
  #intervalMs = 0;
  #owned: readonly AssignedTopic[] = [];
  #toldOwned: readonly AssignedTopic[] | null = null;
  #toldTopics: readonly string[] | null = null;
  /** A heartbeat was not answered: nobody knows what the coordinator knows. */
  #mustTellAll = true;
  #beating: AbortController | null = null;
  #done: Promise<void> = Promise.resolve();
  #kick: (() => void) | null = null;
  #isKicked = false;

  constructor(cluster: Cluster, options: ConsumerGroupMemberOptions) {
    this.#cluster = cluster;
    this.#options = options;
    this.#purpose = `consumer group ${options.groupId} ${++members}`;
  }

  /** -1 and '' outside the group. */
  get identity(): { readonly generation: number; readonly memberId: string } {
    return this.#phase === 'joined'
      ? { generation: this.#epoch, memberId: this.#memberId }
      : { generation: -1, memberId: '' };
  }

  /** Joins, or joins again, and sends heartbeats from now on. */
  join(): void {
    this.#phase = 'joining';
    this.#epoch = 0;
    this.#owned = [];
    this.#toldOwned = null;
    this.#mustTellAll = true;
    if (this.#beating === null) {
      this.#beating = new AbortController();
      this.#done = this.#run(this.#beating.signal);
    } else this.beatSoon();
  }

  /** After everything a target asked for was done. */
  acknowledge(owned: readonly AssignedTopic[]): void {
    this.#owned = owned;
    this.beatSoon();
  }

  /** Something is to be told or asked; does not wait for the interval. */
  beatSoon(): void {
    this.#isKicked = true;
    this.#kick?.();
  }

  async commitOffsets(offsets: readonly CommittedOffset[]): Promise<void> {
    const { groupId, groupInstanceId } = this.#options;
    const what = `commit offsets of group ${groupId}`;
    await retryOnCoordinator(this.#cluster, 'group', groupId, what, undefined, async () => {
      const { generation, memberId } = this.identity;
      if (generation < 0) {
        throw new ConnectError('conflict', `${what}: this member is not part of the group at present`);
      }
      const identity = { groupId, generation, memberId, groupInstanceId };
      try {
        await commitOffsets(this.#cluster, identity, offsets, { purpose: this.#purpose });
      } catch (error) {
        if (isConnectError(error) && !error.retriable) this.beatSoon();
        // The coordinator has moved on to an epoch that the next heartbeat brings.
        if (!isConnectError(error) || error.details.kafkaError !== 'STALE_MEMBER_EPOCH') throw error;
        throw new ConnectError('retriable', error.message, { details: error.details });
      }
    });
  }

  async fetchOffsets(partitions: readonly TopicPartition[]): Promise<readonly CommittedOffset[]> {
    const { groupId } = this.#options;
    const what = `fetch committed offsets of group ${groupId}`;
    const options = { purpose: this.#purpose, requireStable: true };
    return await retryOnCoordinator(this.#cluster, 'group', groupId, what, undefined, () =>
      fetchOffsets(this.#cluster, groupId, partitions, options),
    );
  }

  /** Never rejects. A later `join` begins anew. */
  async leave(timeoutMs: number, operation: GroupMembershipOperation = 'default'): Promise<void> {
    const wasIn = this.#phase === 'joined' || this.#phase === 'joining';
    this.#phase = 'out';
    this.#beating?.abort();
    this.#beating = null;
    await this.#done;
    const isStatic = this.#options.groupInstanceId !== null;
    const epoch = isStatic && operation !== 'leave' ? leavingForAWhile : leaving;
    if (wasIn && !this.#cluster.closed && !(operation === 'remain' && !isStatic)) {
      try {
        await this.#send({ memberEpoch: epoch }, timeoutMs, AbortSignal.timeout(timeoutMs));
      } catch (error) {
        this.#log('info', `could not leave; the broker will notice by itself: ${messageOf(error)}`);
      }
    }
    this.#cluster.dropConnections(this.#purpose);
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { 'retry.backoff.ms': initial, 'retry.backoff.max.ms': max } = this.#cluster.settings;
    for (let failures = 0; !signal.aborted && !this.#cluster.closed; ) {
      try {
        this.#isKicked = false;
        await this.#beat(signal);
        failures = 0;
        await this.#untilDue(signal);
      } catch (error) {
        if (signal.aborted) return;
        if (isConnectError(error) && !error.retriable && error.code !== 'cancelled') this.#fail(error);
        else this.#log('debug', `heartbeat failed: ${messageOf(error)}`);
        await pause(backoffMs(initial, max, failures++), 'heartbeat', signal).catch(() => undefined);
      }
    }
  }

  async #beat(signal: AbortSignal): Promise<void> {
    if (this.#phase !== 'joining' && this.#phase !== 'joined') return;
    const { topics, rack, rebalanceTimeoutMs, serverAssignor } = this.#options;
    const isJoining = this.#phase === 'joining';
    const isFull = this.#mustTellAll;
    const epoch = this.#epoch;
    const wanted = topics();
    const owned = this.#owned;
    this.#mustTellAll = true;
    const response = await this.#send(
      {
        memberEpoch: epoch,
        ...(isFull ? { rackId: rack, rebalanceTimeoutMs, serverAssignor } : {}),
        ...(isFull || wanted !== this.#toldTopics ? { subscribedTopicNames: wanted } : {}),
        ...(isFull || owned !== this.#toldOwned ? { topicPartitions: owned } : {}),
      },
      this.#cluster.settings['request.timeout.ms'],
      signal,
    );
    // Lost, left or begun anew meanwhile: this answer is for a membership that is over.
    if (signal.aborted || this.#epoch !== epoch || (this.#phase === 'joining') !== isJoining) return;
    this.#mustTellAll = false;
    this.#toldTopics = wanted;
    this.#toldOwned = owned;
    if (response.errorCode === 0) this.#take(response);
    else this.#refuse(response);
  }

  #take(response: ConsumerGroupHeartbeatResponse): void {
    if (this.#phase === 'joining') this.#log('debug', `joined in epoch ${response.memberEpoch}`);
    // A broker of the first version may give out an id of its own.
    this.#memberId = response.memberId ?? this.#memberId;
    this.#epoch = response.memberEpoch;
    this.#intervalMs = response.heartbeatIntervalMs;
    this.#phase = 'joined';
    if (response.assignment !== null) this.#options.onTarget(response.assignment.topicPartitions);
  }

  #refuse({ errorCode, errorMessage }: ConsumerGroupHeartbeatResponse): void {
    const { groupId } = this.#options;
    const { name } = kafkaErrorOf(errorCode);
    const error = kafkaFailure(errorCode, `heartbeat of group ${groupId}`, errorMessage);
    this.#mustTellAll = true;
    if (name === 'NOT_COORDINATOR' || name === 'COORDINATOR_NOT_AVAILABLE') {
      this.#cluster.forgetCoordinator('group', groupId);
    }
    if (!meansLost.includes(name)) throw error;
    if (this.#phase === 'joining')
      throw new ConnectError('retriable', error.message, { details: error.details });
    this.#phase = 'lost';
    this.#epoch = 0;
    this.#log('warn', `membership lost: ${error.message}`);
    this.#options.onLost(error.message);
  }

  #fail(error: ConnectError): void {
    this.#phase = 'failed';
    this.#epoch = 0;
    this.#options.onFatal(error.details.kafkaError === 'UNSUPPORTED_VERSION' ? notOffered(error) : error);
  }

  async #send(
    body: { readonly memberEpoch: number; readonly topicPartitions?: readonly AssignedTopic[] },
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<ConsumerGroupHeartbeatResponse> {
    const { groupId, groupInstanceId } = this.#options;
    return await this.#cluster.request(
      { coordinator: 'group', key: groupId },
      consumerGroupHeartbeatApi,
      { groupId, memberId: this.#memberId, instanceId: groupInstanceId, ...body },
      { purpose: this.#purpose, timeoutMs, signal },
    );
  }

  /** Until the interval is over or something is to be told; without a membership only the latter. */
  async #untilDue(signal: AbortSignal): Promise<void> {
    if (this.#isKicked || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = this.#phase === 'joined' ? setTimeout(() => done(), this.#intervalMs) : undefined;
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#kick = null;
        resolve();
      };
      signal.addEventListener('abort', done, { once: true });
      this.#kick = done;
    });
  }

  #log(level: 'debug' | 'info' | 'warn', message: string): void {
    this.#cluster.log(level, `group ${this.#options.groupId}: ${message}`);
  }
}

/** As Java's clients make theirs: 16 random bytes that do not look like an option of a command. */
function newMemberId(): string {
  for (;;) {
    const id = randomBytes(16).toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}

function notOffered(cause: ConnectError): ConnectError {
  return new ConnectError(
    'config',
    'The cluster does not support the new CONSUMER group protocol. Set group.protocol=classic, or enable the protocol on the brokers.',
    { cause, details: { ...cause.details, key: 'group.protocol' } },
  );
}
