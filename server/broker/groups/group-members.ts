import type { KafkaErrorName } from '../../kafka/protocol/error-codes.ts';
import type { GroupMember, JoinOrder } from './group-member.ts';

/** Who is in a group: members by id, static members by instance id, and ids given out that have not joined yet. */
export class GroupMembers {
  readonly #byId = new Map<string, GroupMember>();
  readonly #byInstance = new Map<string, string>();
  readonly #pending = new Map<string, NodeJS.Timeout>();

  get all(): readonly GroupMember[] {
    return [...this.#byId.values()];
  }

  get size(): number {
    return this.#byId.size;
  }

  get pendingSize(): number {
    return this.#pending.size;
  }

  get(memberId: string): GroupMember | undefined {
    return this.#byId.get(memberId);
  }

  /** Id of the member that holds an instance id. */
  idOfInstance(groupInstanceId: string): string | undefined {
    return this.#byInstance.get(groupInstanceId);
  }

  add(member: GroupMember): void {
    this.#byId.set(member.memberId, member);
    if (member.groupInstanceId !== null) this.#byInstance.set(member.groupInstanceId, member.memberId);
  }

  remove(member: GroupMember): void {
    this.#byId.delete(member.memberId);
    if (member.groupInstanceId !== null) this.#byInstance.delete(member.groupInstanceId);
  }

  /** The same static member under a new id. */
  rename(member: GroupMember, memberId: string): void {
    this.remove(member);
    member.memberId = memberId;
    this.add(member);
  }

  /** Keeps an id for a member that is told to join with it. */
  expect(memberId: string, forMs: number, onGone: () => void): void {
    const timer = setTimeout(() => {
      this.#pending.delete(memberId);
      onGone();
    }, forMs);
    this.#pending.set(memberId, timer);
  }

  isExpected(memberId: string): boolean {
    return this.#pending.has(memberId);
  }

  forgetExpected(memberId: string): void {
    clearTimeout(this.#pending.get(memberId));
    this.#pending.delete(memberId);
  }

  forgetAllExpected(): void {
    for (const memberId of [...this.#pending.keys()]) this.forgetExpected(memberId);
  }

  /** Why a request does not come from a member of the group; null when it does. */
  errorOf(memberId: string, groupInstanceId: string | null): KafkaErrorName | null {
    if (groupInstanceId !== null) {
      const holder = this.#byInstance.get(groupInstanceId);
      if (holder === undefined) return 'UNKNOWN_MEMBER_ID';
      return holder === memberId ? null : 'FENCED_INSTANCE_ID';
    }
    return this.#byId.has(memberId) ? null : 'UNKNOWN_MEMBER_ID';
  }

  /** Whether a protocol of the newcomer's is offered by all others. */
  canAgreeWith({ memberId, protocols }: JoinOrder): boolean {
    const others = this.all.filter((member) => member.memberId !== memberId);
    return protocols.some(({ name }) => others.every((other) => other.offers(name)));
  }

  /** The protocol that most members prefer, among those that all offer. */
  chooseProtocol(): string {
    const { all } = this;
    const votes = new Map<string, number>();
    for (const member of all) {
      const choice = member.protocols.find(({ name }) => all.every((other) => other.offers(name)));
      if (choice !== undefined) votes.set(choice.name, (votes.get(choice.name) ?? 0) + 1);
    }
    let winner = '';
    for (const [name, count] of votes) if (count > (votes.get(winner) ?? 0)) winner = name;
    return winner;
  }

  longestRebalanceMs(): number {
    return Math.max(1, ...this.all.map(({ rebalanceTimeoutMs }) => rebalanceTimeoutMs));
  }
}
