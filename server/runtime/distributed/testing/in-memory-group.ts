import type { GroupMember, GroupMemberOptions, JoinedRound } from '../../../kafka/ports/group-member.ts';

interface Round {
  readonly joined: Set<InMemoryMember>;
  readonly done: PromiseWithResolvers<ReadonlyMap<InMemoryMember, JoinedRound>>;
}

/** A group coordinator in memory, for tests: members meet, the first one leads. */
export class InMemoryGroup {
  readonly #members = new Set<InMemoryMember>();
  #round: Round | null = null;
  generation = 0;
  #ids = 0;
  /** While true nobody gets in, as when the coordinator cannot be reached. */
  isUnreachable = false;
  /** Asked before each join; an error refuses it. */
  onJoin: () => Error | null = () => null;

  createGroupMember(options: GroupMemberOptions): GroupMember {
    return new InMemoryMember(this, options, `${options.clientId}-${++this.#ids}`);
  }

  async join(member: InMemoryMember): Promise<JoinedRound> {
    const refusal = this.onJoin();
    if (refusal !== null) throw refusal;
    this.#members.add(member);
    this.#round ??= { joined: new Set(), done: Promise.withResolvers() };
    const { joined, done } = this.#round;
    joined.add(member);
    for (const other of this.#members) if (!joined.has(other)) other.markRejoin();
    this.#completeIfAll();
    const outcome = (await done.promise).get(member);
    if (outcome === undefined) throw new Error('the member was not in its round');
    return outcome;
  }

  leave(member: InMemoryMember): void {
    if (!this.#members.delete(member)) return;
    for (const other of this.#members) other.markRejoin();
    this.#completeIfAll();
  }

  /** As if the session of this worker had ended. */
  expel(clientId: string): void {
    for (const member of [...this.#members]) {
      if (member.options.clientId !== clientId) continue;
      this.leave(member);
      member.markLost();
    }
  }

  #completeIfAll(): void {
    const round = this.#round;
    if (round === null || round.joined.size < this.#members.size) return;
    this.#round = null;
    this.#complete(round).catch((error: unknown) => round.done.reject(error));
  }

  async #complete({ joined, done }: Round): Promise<void> {
    const generation = ++this.generation;
    const members = [...this.#members].filter((member) => joined.has(member));
    const [leader] = members;
    if (leader === undefined) return;
    const offers = members.map((member) => member.options.protocols());
    const protocol = offers[0]?.find(({ name }) =>
      offers.every((offer) => offer.some((each) => each.name === name)),
    )?.name;
    if (protocol === undefined) throw new Error('no protocol that all members speak');
    const all = members.map((member, index) => ({
      memberId: member.memberId,
      groupInstanceId: null,
      metadata: Buffer.from(offers[index]?.find(({ name }) => name === protocol)?.metadata ?? []),
    }));
    const assignments = await leader.options.assign(protocol, all, leader.memberId, generation);
    done.resolve(
      new Map(
        members.map((member) => {
          const assignment = Buffer.from(assignments.get(member.memberId) ?? []);
          const { memberId } = member;
          return [member, { generation, memberId, leaderId: leader.memberId, protocol, assignment }];
        }),
      ),
    );
  }
}

class InMemoryMember implements GroupMember {
  readonly memberId: string;
  readonly options: GroupMemberOptions;
  readonly #group: InMemoryGroup;
  readonly #listeners: (() => void)[] = [];
  generation = -1;
  rejoinNeeded = true;
  #isLost = false;

  constructor(group: InMemoryGroup, options: GroupMemberOptions, memberId: string) {
    this.#group = group;
    this.options = options;
    this.memberId = memberId;
  }

  async ensureActive(signal: AbortSignal): Promise<void> {
    while (this.rejoinNeeded) {
      if (this.generation >= 0) {
        const isLost = this.#isLost;
        this.#isLost = false;
        await this.options.onJoinPrepare(this.generation, this.memberId, isLost);
      }
      await this.#reachable(signal);
      this.rejoinNeeded = false;
      const round = await this.#group.join(this).catch((error: unknown) => {
        this.rejoinNeeded = true;
        throw error;
      });
      this.generation = round.generation;
      await this.options.onJoined(round);
    }
  }

  onRejoinNeeded(listener: () => void): void {
    this.#listeners.push(listener);
  }

  requestRejoin(): void {
    this.markRejoin();
  }

  markRejoin(): void {
    this.rejoinNeeded = true;
    for (const listener of this.#listeners) listener();
  }

  markLost(): void {
    this.#isLost = true;
    this.markRejoin();
  }

  async commitOffsets(): Promise<void> {}

  async fetchOffsets(): Promise<readonly never[]> {
    return [];
  }

  async leave(): Promise<void> {
    this.#group.leave(this);
    this.generation = -1;
    this.rejoinNeeded = true;
  }

  async #reachable(signal: AbortSignal): Promise<void> {
    while (this.#group.isUnreachable) {
      signal.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
