import { ConnectError, isConnectError, isRetriable, messageOf } from '../../errors/connect-error.ts';
import { type ClientSettings, parseBootstrapServers } from '../client-settings.ts';
import type { Connection } from '../connection/connection.ts';
import type { KafkaClientOptions } from '../ports/kafka-client.ts';
import { canonicalAddresses, type Resolver, systemResolver } from './host-addresses.ts';
import type { Metadata } from './metadata.ts';
import { type Address, type NodeConnections, textOf } from './node-connections.ts';

interface Candidate {
  readonly key: string;
  readonly address: Address;
}

/**
 * Finds a node that answers, whichever it is: one that metadata names, or, at first and when those are lost, one of
 * `bootstrap.servers` (KIP-899, KIP-1102).
 */
export class AnyNode {
  readonly #settings: ClientSettings;
  readonly #metadata: Metadata;
  readonly #connections: NodeConnections;
  readonly #log: NonNullable<KafkaClientOptions['log']>;
  readonly #resolver: Resolver;
  readonly #bootstrap: readonly Address[];
  #canonical: Promise<readonly Address[]> | null = null;
  #turn = 0;
  #beginnings = 0;
  /** When metadata was first asked for since it last came. */
  #askedSince: number | null = null;
  /** What metadata names is not to be trusted until the next answer. */
  #isBeginningAgain = false;

  constructor(
    settings: ClientSettings,
    metadata: Metadata,
    connections: NodeConnections,
    log: NonNullable<KafkaClientOptions['log']>,
    resolver: Resolver = systemResolver,
  ) {
    this.#settings = settings;
    this.#metadata = metadata;
    this.#connections = connections;
    this.#log = log;
    this.#resolver = resolver;
    this.#bootstrap = parseBootstrapServers(settings['bootstrap.servers']);
  }

  /** Called before metadata is asked for. */
  metadataAsked(): void {
    const now = performance.now();
    this.#askedSince ??= now;
    const limit = this.#settings['metadata.recovery.rebootstrap.trigger.ms'];
    if (now - this.#askedSince <= limit) return;
    this.beginAgain(`no metadata came for ${limit} ms`);
  }

  /** Called when metadata came. True: it may be of other brokers than before. */
  metadataAnswered(): boolean {
    this.#askedSince = null;
    const wasBeginningAgain = this.#isBeginningAgain;
    this.#isBeginningAgain = false;
    return wasBeginningAgain;
  }

  /** Asks the bootstrap servers before all others until metadata comes; false when the settings do not allow it. */
  beginAgain(why: string): boolean {
    if (this.#settings['metadata.recovery.strategy'] !== 'rebootstrap') return false;
    if (!this.#isBeginningAgain) this.#log('info', `beginning again with bootstrap.servers: ${why}`);
    this.#isBeginningAgain = true;
    this.#beginnings++;
    this.#askedSince = performance.now();
    this.#canonical = null;
    return true;
  }

  /** Rejects with what each node answered: retriable when none could be reached, not when one refused us. */
  async connect(purpose: string, signal?: AbortSignal): Promise<Connection> {
    const known = this.#known(purpose);
    const mayBootstrap = known.length === 0 || this.#settings['metadata.recovery.strategy'] === 'rebootstrap';
    const seeds = mayBootstrap ? await this.#seeds(purpose) : [];
    for (const { key } of this.#isBeginningAgain ? seeds : [...known, ...seeds]) {
      const open = this.#connections.peek(key);
      if (open !== undefined) return open;
    }
    const failures: string[] = [];
    const tried = new Set<string>();
    let last: unknown;
    for (const { key, address } of this.#isBeginningAgain ? [...seeds, ...known] : [...known, ...seeds]) {
      // A broker that has just failed need not be asked again under its bootstrap name.
      if (tried.has(textOf(address))) continue;
      tried.add(textOf(address));
      try {
        return await this.#connections.get(key, address, signal);
      } catch (error) {
        if (signal?.aborted === true || !isConnectError(error) || !isRetriable(error)) throw error;
        last = error;
        failures.push(messageOf(error));
      }
    }
    throw new ConnectError('unavailable', `no broker can be reached: ${[...new Set(failures)].join('; ')}`, {
      cause: last,
      retriable: true,
    });
  }

  #known(purpose: string): Candidate[] {
    const brokers = [...this.#metadata.brokers.values()];
    return this.#bestFirst(brokers.map((broker) => ({ key: `${broker.id} ${purpose}`, address: broker })));
  }

  async #seeds(purpose: string): Promise<Candidate[]> {
    const addresses = await this.#seedAddresses();
    const turn = this.#turn++ % addresses.length;
    const seeds = addresses.map((address, i) => ({
      // Connections from before a new beginning may lead to brokers that are no longer of the cluster.
      key: `bootstrap-${this.#beginnings}.${i} ${purpose}`,
      address,
    }));
    return this.#bestFirst([...seeds.slice(turn), ...seeds.slice(0, turn)]);
  }

  #bestFirst(candidates: readonly Candidate[]): Candidate[] {
    const failures = ({ address }: Candidate): number => this.#connections.failuresOf(address);
    return candidates.toSorted((a, b) => failures(a) - failures(b));
  }

  async #seedAddresses(): Promise<readonly Address[]> {
    if (this.#settings['client.dns.lookup'] === 'use_all_dns_ips') return this.#bootstrap;
    this.#canonical ??= canonicalAddresses(this.#bootstrap, this.#resolver);
    return await this.#canonical;
  }
}
