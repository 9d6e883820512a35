import type { MemberSnapshot } from './group-snapshot.ts';

/** What a member sends to join. */
export interface JoinOrder {
  /** Empty on the first try. */
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly protocolType: string;
  /** In order of preference. The bytes belong to the group. */
  readonly protocols: readonly GroupProtocol[];
  /** Newer clients get a member id first and join with it, so that lost answers leave no ghosts. */
  readonly requiresKnownMemberId: boolean;
  /** Newer clients can be told that a returning static leader need not assign again. */
  readonly supportsSkippingAssignment: boolean;
}

export interface GroupProtocol {
  readonly name: string;
  readonly metadata: Buffer;
}

export interface JoinAnswer {
  readonly errorCode: number;
  readonly generation: number;
  readonly protocolType: string | null;
  readonly protocol: string | null;
  readonly leaderId: string;
  readonly memberId: string;
  readonly skipAssignment: boolean;
  /** All members for the leader, none for the others. */
  readonly members: readonly {
    readonly memberId: string;
    readonly groupInstanceId: string | null;
    readonly metadata: Buffer;
  }[];
}

export interface SyncOrder {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly generation: number;
  readonly protocolType: string | null;
  readonly protocol: string | null;
  /** The leader's assignments. The bytes belong to the group. */
  readonly assignments: ReadonlyMap<string, Buffer>;
}

export interface SyncAnswer {
  readonly errorCode: number;
  readonly protocolType: string | null;
  readonly protocol: string | null;
  readonly assignment: Buffer;
}

export type MemberTraits = Pick<
  JoinOrder,
  'groupInstanceId' | 'clientId' | 'clientHost' | 'sessionTimeoutMs' | 'rebalanceTimeoutMs' | 'protocols'
>;

/** A timer this much too late means that the whole broker stood still. */
export const stalledAfterMs = 1000;

export const noBytes = Buffer.alloc(0);

/** One member of a group, with the answers it waits for and the clock of its session. */
export class GroupMember {
  memberId: string;
  readonly groupInstanceId: string | null;
  clientId: string;
  clientHost: string;
  sessionTimeoutMs: number;
  rebalanceTimeoutMs: number;
  protocols: readonly GroupProtocol[];
  assignment: Buffer = noBytes;
  #answerJoin: ((answer: JoinAnswer) => void) | null = null;
  #answerSync: ((answer: SyncAnswer) => void) | null = null;
  #session: NodeJS.Timeout | null = null;

  constructor(memberId: string, order: MemberTraits) {
    this.memberId = memberId;
    this.groupInstanceId = order.groupInstanceId;
    this.clientId = order.clientId;
    this.clientHost = order.clientHost;
    this.sessionTimeoutMs = order.sessionTimeoutMs;
    this.rebalanceTimeoutMs = order.rebalanceTimeoutMs;
    this.protocols = order.protocols;
  }

  static restore(kept: MemberSnapshot, protocol: string | null): GroupMember {
    const member = new GroupMember(kept.memberId, {
      ...kept,
      protocols: [{ name: protocol ?? '', metadata: kept.metadata }],
    });
    member.assignment = kept.assignment;
    return member;
  }

  snapshot(protocol: string | null): MemberSnapshot {
    return {
      memberId: this.memberId,
      groupInstanceId: this.groupInstanceId,
      clientId: this.clientId,
      clientHost: this.clientHost,
      sessionTimeoutMs: this.sessionTimeoutMs,
      rebalanceTimeoutMs: this.rebalanceTimeoutMs,
      metadata: this.metadataFor(protocol),
      assignment: this.assignment,
    };
  }

  offers(protocol: string): boolean {
    return this.protocols.some(({ name }) => name === protocol);
  }

  update(order: JoinOrder): void {
    this.clientId = order.clientId;
    this.clientHost = order.clientHost;
    this.sessionTimeoutMs = order.sessionTimeoutMs;
    this.rebalanceTimeoutMs = order.rebalanceTimeoutMs;
    this.protocols = order.protocols;
  }

  /** Whether it offers the very protocols it joined with. */
  hasSameProtocols(protocols: readonly GroupProtocol[]): boolean {
    return (
      protocols.length === this.protocols.length &&
      protocols.every(({ name, metadata }, index) => {
        const own = this.protocols[index];
        return own?.name === name && own.metadata.equals(metadata);
      })
    );
  }

  metadataFor(protocol: string | null): Buffer {
    return this.protocols.find(({ name }) => name === protocol)?.metadata ?? noBytes;
  }

  get awaitsJoin(): boolean {
    return this.#answerJoin !== null;
  }

  get awaitsSync(): boolean {
    return this.#answerSync !== null;
  }

  awaitJoin(): Promise<JoinAnswer> {
    this.stopSession();
    return new Promise((answer) => {
      this.#answerJoin = answer;
    });
  }

  awaitSync(): Promise<SyncAnswer> {
    this.stopSession();
    return new Promise((answer) => {
      this.#answerSync = answer;
    });
  }

  /** Answers a waiting join, if there is one. */
  answerJoin(answer: JoinAnswer): void {
    const waiting = this.#answerJoin;
    this.#answerJoin = null;
    waiting?.(answer);
  }

  answerSync(answer: SyncAnswer): void {
    const waiting = this.#answerSync;
    this.#answerSync = null;
    waiting?.(answer);
  }

  /** Begins or renews the session; while an answer is due, the session stands still. */
  touch(onExpired: () => void): void {
    this.stopSession();
    if (this.awaitsJoin || this.awaitsSync) return;
    const dueAt = Date.now() + this.sessionTimeoutMs;
    this.#session = setTimeout(() => {
      // A broker that was itself asleep has not listened: that is no fault of the member's.
      if (Date.now() - dueAt > stalledAfterMs) this.touch(onExpired);
      else onExpired();
    }, this.sessionTimeoutMs);
  }

  stopSession(): void {
    if (this.#session !== null) clearTimeout(this.#session);
    this.#session = null;
  }
}
