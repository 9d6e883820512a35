import { ConnectError } from '../../errors/connect-error.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { RequestOptions } from '../connection/pending-request.ts';
import type { GroupMemberOptions } from '../ports/group-member.ts';
import { kafkaFailure } from '../protocol/error-codes.ts';
import { heartbeatApi } from '../protocol/generated/heartbeat.js';
import type { JoinGroupResponse } from '../protocol/generated/join-group.js';
import { joinGroupApi } from '../protocol/generated/join-group.js';
import { leaveGroupApi } from '../protocol/generated/leave-group.js';
import { syncGroupApi } from '../protocol/generated/sync-group.js';

/** The broker answers a join when the round is complete; this much later something is wrong. */
const joinMarginMs = 5000;

export interface Membership {
  readonly memberId: string;
  readonly generation: number;
}

/**
 * The requests of one member, one attempt each. Joins and syncs wait for other members, a minute if need be, so they
 * have a connection of their own; heartbeats go out beside them.
 */
export class GroupRequests {
  readonly #cluster: Cluster;
  readonly #options: GroupMemberOptions;
  readonly #purpose: string;

  constructor(cluster: Cluster, options: GroupMemberOptions, purpose: string) {
    this.#cluster = cluster;
    this.#options = options;
    this.#purpose = purpose;
    this.#name(options.clientId);
  }

  /** Errors are left in the answer: MEMBER_ID_REQUIRED carries the id to come back with. */
  async join(memberId: string, reason: string, signal: AbortSignal): Promise<JoinGroupResponse> {
    this.#name(this.#options.clientId);
    const { groupId, protocolType, sessionTimeoutMs, rebalanceTimeoutMs } = this.#options;
    const protocols = this.#options.protocols().map(({ name, metadata }) => ({ name, metadata }));
    const timeoutMs = Math.max(
      this.#cluster.settings['request.timeout.ms'],
      rebalanceTimeoutMs + joinMarginMs,
    );
    const common = { groupId, sessionTimeoutMs, rebalanceTimeoutMs, memberId, protocolType, protocols };
    return await this.#cluster.request(
      this.#target,
      joinGroupApi,
      (version) => {
        this.#requireStaticMembership(version >= 5);
        return { ...common, groupInstanceId: this.#instanceId, reason: reason.slice(0, 255) };
      },
      { timeoutMs, signal, purpose: this.#waitingPurpose },
    );
  }

  async sync(
    { memberId, generation }: Membership,
    protocolName: string | null,
    assignments: ReadonlyMap<string, Uint8Array>,
    signal: AbortSignal,
  ): Promise<Buffer> {
    const { groupId, protocolType, rebalanceTimeoutMs } = this.#options;
    const timeoutMs = Math.max(
      this.#cluster.settings['request.timeout.ms'],
      rebalanceTimeoutMs + joinMarginMs,
    );
    const response = await this.#cluster.request(
      this.#target,
      syncGroupApi,
      {
        groupId,
        generationId: generation,
        memberId,
        groupInstanceId: this.#instanceId,
        protocolType,
        protocolName,
        assignments: [...assignments].map(([id, assignment]) => ({ memberId: id, assignment })),
      },
      { timeoutMs, signal, purpose: this.#waitingPurpose },
    );
    if (response.errorCode !== 0) throw kafkaFailure(response.errorCode, `sync with group ${groupId}`);
    return response.assignment;
  }

  async heartbeat({ memberId, generation }: Membership, signal: AbortSignal): Promise<number> {
    const { groupId, sessionTimeoutMs } = this.#options;
    const timeoutMs = Math.min(this.#cluster.settings['request.timeout.ms'], sessionTimeoutMs);
    const request = { groupId, generationId: generation, memberId, groupInstanceId: this.#instanceId };
    const response = await this.#cluster.request(
      this.#target,
      heartbeatApi,
      request,
      this.#with({ timeoutMs, signal }),
    );
    return response.errorCode;
  }

  async leave(memberId: string, reason: string, timeoutMs: number): Promise<void> {
    const { groupId } = this.#options;
    const signal = AbortSignal.timeout(timeoutMs);
    const member = { memberId, groupInstanceId: this.#instanceId, reason: reason.slice(0, 255) };
    const response = await this.#cluster.request(
      this.#target,
      leaveGroupApi,
      (version) => (version >= 3 ? { groupId, members: [member] } : { groupId, memberId }),
      this.#with({ timeoutMs, signal }),
    );
    const errorCode = response.errorCode || (response.members[0]?.errorCode ?? 0);
    if (errorCode !== 0) throw kafkaFailure(errorCode, `leave group ${groupId}`);
  }

  /** Gives up on a join or sync under way; the broker would serve nothing behind it. */
  dropJoin(): void {
    this.#cluster.dropConnections(this.#waitingPurpose);
  }

  close(): void {
    this.dropJoin();
    this.#cluster.dropConnections(this.#purpose);
    this.#name(undefined);
  }

  #name(clientId: string | undefined): void {
    this.#cluster.nameConnections(this.#purpose, clientId);
    this.#cluster.nameConnections(this.#waitingPurpose, clientId);
  }

  get #target(): { readonly coordinator: 'group'; readonly key: string } {
    return { coordinator: 'group', key: this.#options.groupId };
  }

  get #waitingPurpose(): string {
    return `${this.#purpose} join`;
  }

  get #instanceId(): string | null {
    return this.#options.groupInstanceId ?? null;
  }

  #requireStaticMembership(isOffered: boolean): void {
    if (isOffered || this.#instanceId === null) return;
    const key = 'group.instance.id';
    throw new ConnectError('config', `${key} needs brokers of Apache Kafka 2.3 or later: take it away`, {
      details: { key, kafkaError: 'UNSUPPORTED_VERSION' },
    });
  }

  #with(options: RequestOptions): RequestOptions & { readonly purpose: string } {
    return { ...options, purpose: this.#purpose };
  }
}
