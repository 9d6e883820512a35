import { ConnectError, isConnectError, messageOf } from '../../errors/connect-error.ts';
import { type ClientSettings, parseClientSettings } from '../client-settings.ts';
import type { Body, Connection, FramedResponse } from '../connection/connection.ts';
import { FramePool } from '../connection/frame-pool.ts';
import { cancelled, type RequestOptions } from '../connection/pending-request.ts';
import type { KafkaClientOptions } from '../ports/kafka-client.ts';
import type { ClientApi } from '../protocol/api.ts';
import { kafkaErrorOf, kafkaErrors, kafkaFailure } from '../protocol/error-codes.ts';
import type { MetadataResponse } from '../protocol/generated/metadata.js';
import { metadataApi } from '../protocol/generated/metadata.js';
import { type ClientSecurity, openClientSecurity } from '../security/client-security.ts';
import { AnyNode } from './any-node.ts';
import { abortable, backoffMs, pause, retrying } from './backoff.ts';
import { type CoordinatorType, findCoordinator } from './coordinator.ts';
import { type Broker, Metadata, type TopicMetadata } from './metadata.ts';
import { type ConnectionExtras, clientClosed, NodeConnections } from './node-connections.ts';

/** Who answers: a node by id, any node, the controller, or the coordinator of a group or transactional id. */
export type Target =
  | number
  | 'any'
  | 'controller'
  | { readonly coordinator: CoordinatorType; readonly key: string };

export interface ClusterRequestOptions extends RequestOptions {
  /** Requests of one purpose share a connection per node: `control` (default), `produce`, `fetch`, one per group … */
  readonly purpose?: string;
}

export interface RefreshOptions {
  /** Lets the broker create unknown topics if it is set up to. Default false. */
  readonly autoCreate?: boolean;
  readonly signal?: AbortSignal | undefined;
}

interface Refresh {
  readonly topics: ReadonlySet<string> | null;
  readonly done: Promise<void>;
}

/**
 * Connections and metadata of one cluster. `request` is one attempt: it rejects with a retriable error when the node
 * cannot be reached, and asks for fresh metadata then; callers decide on retries (`retry` for short ones).
 */
export class Cluster {
  readonly settings: ClientSettings;
  readonly log: NonNullable<KafkaClientOptions['log']>;
  readonly metadata = new Metadata();
  readonly #security: ClientSecurity;
  readonly #connections: NodeConnections;
  readonly #anyNode: AnyNode;
  readonly #coordinators = new Map<string, Promise<Broker>>();
  /** Topics that every refresh asks for, with those who want them. */
  readonly #tracked = new Map<string, Set<object>>();
  readonly #listeners = new Set<() => void>();
  readonly #closing = new AbortController();
  #refreshing: Refresh | null = null;
  #soon: Promise<void> | null = null;
  #refreshFailures = 0;
  #lastRefreshAt = Number.NEGATIVE_INFINITY;

  /** Throws a `config` error naming the key when a client setting is not acceptable. Does not connect. */
  constructor(options: KafkaClientOptions, extras: ConnectionExtras = {}) {
    this.settings = parseClientSettings(options.properties);
    this.log = options.log ?? (() => undefined);
    this.#security = openClientSecurity(this.settings, this.log);
    const { sockets, authenticator } = this.#security;
    this.#connections = new NodeConnections(this.settings, new FramePool(), {
      sockets,
      authenticator,
      ...extras,
    });
    this.#anyNode = new AnyNode(this.settings, this.metadata, this.#connections, this.log, extras.resolver);
  }

  get closed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** The answer's bytes are the caller's to keep. */
  async request<Input, Response>(
    target: Target,
    api: ClientApi<Input, Response>,
    body: Body<Input>,
    options: ClusterRequestOptions = {},
  ): Promise<Response> {
    const connection = await this.connection(target, options.purpose, options.signal);
    return await this.#watched(target, connection.request(api, body, options));
  }

  /** As `request`, in a recycled frame that the caller must release. */
  async requestFramed<Input, Response>(
    target: Target,
    api: ClientApi<Input, Response>,
    body: Body<Input>,
    options: ClusterRequestOptions = {},
  ): Promise<FramedResponse<Response>> {
    const connection = await this.connection(target, options.purpose, options.signal);
    return await this.#watched(target, connection.requestFramed(api, body, options));
  }

  /** An open connection; waits for the back-off after failures, then tries once. */
  async connection(target: Target, purpose = 'control', signal?: AbortSignal): Promise<Connection> {
    if (this.closed) throw clientClosed();
    if (target === 'any') return await this.#anyNode.connect(purpose, signal);
    const broker = await this.#resolve(target, signal);
    return await this.#watched(target, this.#connections.get(`${broker.id} ${purpose}`, broker, signal));
  }

  /** Gives connections of a purpose a client id of their own, as brokers show it; undefined: the client's again. */
  nameConnections(purpose: string, clientId: string | undefined): void {
    this.#connections.nameConnections(purpose, clientId);
  }

  /** Closes the connections of a purpose that nobody else uses; what is in flight fails with `cancelled`. */
  dropConnections(purpose: string): void {
    this.#connections.dropPurpose(purpose);
  }

  /** Runs `attempt` again after retriable errors, with the client's back-off, for at most `timeoutMs` (default.api.timeout.ms). */
  async retry<Result>(
    what: string,
    attempt: (remainingMs: number) => Promise<Result>,
    options: { readonly timeoutMs?: number; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Result> {
    return await retrying(
      {
        what,
        timeoutMs: options.timeoutMs ?? this.settings['default.api.timeout.ms'],
        initialBackoffMs: this.settings['retry.backoff.ms'],
        maxBackoffMs: this.settings['retry.backoff.max.ms'],
        signal: options.signal,
        onRetry: (error) => this.log('debug', `${what}: trying again after: ${messageOf(error)}`),
      },
      attempt,
    );
  }

  // -------------------------------------------------------------- topics

  /** What is known of a topic; undefined before a refresh asked for it. */
  topic(name: string): TopicMetadata | undefined {
    return this.metadata.topics.get(name);
  }

  /** Node id of the leader, -1 when it is not known. */
  leader(topic: string, partition: number): number {
    return this.metadata.topics.get(topic)?.partitions[partition]?.leader ?? -1;
  }

  /** Called after every metadata update; returns the function that ends it. */
  onMetadata(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Every later refresh asks for these too, until each owner that asked has untracked them. */
  track(topics: Iterable<string>, owner: object = this): void {
    for (const topic of topics) {
      const owners = this.#tracked.get(topic);
      if (owners === undefined) this.#tracked.set(topic, new Set([owner]));
      else owners.add(owner);
    }
  }

  untrack(topics: Iterable<string>, owner: object = this): void {
    for (const topic of topics) {
      const owners = this.#tracked.get(topic);
      owners?.delete(owner);
      if (owners !== undefined && owners.size > 0) continue;
      this.#tracked.delete(topic);
      this.metadata.forgetTopic(topic);
    }
  }

  /**
   * One round of metadata for these topics and all tracked ones (null: every topic there is). Joins a round under way
   * that covers them. Rejects when no node answered. Topics with errors are in `topic(name).errorCode`, not thrown.
   */
  async refresh(topics: readonly string[] | null = [], options: RefreshOptions = {}): Promise<void> {
    for (;;) {
      const current = this.#refreshing;
      if (current === null) break;
      const what = 'refreshing metadata';
      if (options.autoCreate !== true && covers(current.topics, topics)) {
        return await abortable(current.done, options.signal, what);
      }
      await abortable(
        current.done.catch(() => undefined),
        options.signal,
        what,
      );
    }
    const asked = topics === null ? null : new Set([...this.#tracked.keys(), ...topics]);
    const done = this.#refreshOnce(asked, options.autoCreate === true).finally(() => {
      this.#refreshing = null;
    });
    this.#refreshing = { topics: asked, done };
    await abortable(done, options.signal, 'refreshing metadata');
  }

  /** Asks for fresh metadata of the tracked topics in the background, not more often than retry.backoff.ms. */
  refreshSoon(): void {
    if (this.#soon !== null || this.closed) return;
    this.#soon = this.#refreshLater()
      .catch((error: unknown) => {
        if (!this.closed) this.log('debug', `metadata could not be refreshed: ${messageOf(error)}`);
      })
      .finally(() => {
        this.#soon = null;
      });
  }

  /** Refreshes when the last answer is older than metadata.max.age.ms; loops call it as they come by. */
  refreshIfOld(): void {
    if (performance.now() - this.#lastRefreshAt > this.settings['metadata.max.age.ms']) this.refreshSoon();
  }

  /** The next metadata update, or `cancelled`. */
  async nextMetadata(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const stop = this.onMetadata(finish);
      const onAbort = (): void => {
        stop();
        reject(cancelled('waiting for metadata'));
      };
      function finish(): void {
        stop();
        signal.removeEventListener('abort', onAbort);
        resolve();
      }
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  // -------------------------------------------------------------- nodes

  /** The coordinator, asked for once and remembered. Rejects with retriable errors while there is none. */
  async coordinator(type: CoordinatorType, key: string, signal?: AbortSignal): Promise<Broker> {
    const id = `${type} ${key}`;
    let asking = this.#coordinators.get(id);
    if (asking === undefined) {
      asking = this.#findCoordinator(type, key);
      this.#coordinators.set(id, asking);
    }
    return await abortable(asking, signal, `finding the coordinator of ${id}`);
  }

  /** After NOT_COORDINATOR or a lost connection. */
  forgetCoordinator(type: CoordinatorType, key: string): void {
    this.#coordinators.delete(`${type} ${key}`);
  }

  /** Closes every connection; what is in flight fails with `cancelled`. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#security.close();
    await this.#connections.close();
    await this.#soon;
    this.#listeners.clear();
  }

  async #findCoordinator(type: CoordinatorType, key: string): Promise<Broker> {
    try {
      const broker = await findCoordinator(this, type, key);
      this.metadata.addBroker(broker);
      return broker;
    } catch (error) {
      this.forgetCoordinator(type, key);
      throw error;
    }
  }

  async #resolve(target: Exclude<Target, 'any'>, signal?: AbortSignal): Promise<Broker> {
    if (typeof target === 'object') {
      const found = await this.coordinator(target.coordinator, target.key, signal);
      return this.metadata.brokers.get(found.id) ?? found;
    }
    const node = (): number => (target === 'controller' ? this.metadata.controllerId : target);
    if (!this.metadata.brokers.has(node())) await this.refresh([], { signal });
    const broker = this.metadata.brokers.get(node());
    if (broker !== undefined) return broker;
    const name = target === 'controller' ? 'a controller' : `node ${target}`;
    throw new ConnectError('unavailable', `the cluster does not name ${name} at present`, {
      retriable: true,
    });
  }

  async #watched<Result>(target: Target, promise: Promise<Result>): Promise<Result> {
    try {
      return await promise;
    } catch (error) {
      if (isConnectError(error) && (error.code === 'unavailable' || error.code === 'timeout')) {
        if (typeof target === 'object') this.forgetCoordinator(target.coordinator, target.key);
        this.refreshSoon();
      }
      throw error;
    }
  }

  async #refreshLater(): Promise<void> {
    const { 'retry.backoff.ms': initial, 'retry.backoff.max.ms': max } = this.settings;
    const wait = this.#lastRefreshAt + backoffMs(initial, max, this.#refreshFailures) - performance.now();
    if (wait > 0) await pause(wait, 'refreshing metadata', this.#closing.signal);
    await this.refresh();
  }

  async #refreshOnce(asked: ReadonlySet<string> | null, autoCreate: boolean): Promise<void> {
    this.#lastRefreshAt = performance.now();
    this.#refreshFailures++;
    this.#anyNode.metadataAsked();
    const names = asked === null ? null : [...asked];
    let response = await this.#askForMetadata(names, autoCreate);
    if (
      response.errorCode === kafkaErrors.REBOOTSTRAP_REQUIRED &&
      this.#anyNode.beginAgain('a broker asks for it')
    ) {
      response = await this.#askForMetadata(names, autoCreate);
    }
    if (response.errorCode === kafkaErrors.REBOOTSTRAP_REQUIRED) {
      throw new ConnectError('unavailable', 'brokers ask for a new beginning with bootstrap.servers', {
        retriable: true,
        details: { kafkaError: 'REBOOTSTRAP_REQUIRED' },
      });
    }
    if (response.errorCode !== 0) throw kafkaFailure(response.errorCode, 'ask for metadata');
    this.#refreshFailures = 0;
    if (this.#anyNode.metadataAnswered()) this.#coordinators.clear();
    this.metadata.update(response, names);
    for (const listener of this.#listeners) listener();
  }

  async #askForMetadata(names: readonly string[] | null, autoCreate: boolean): Promise<MetadataResponse> {
    const connection = await this.#anyNode.connect('control', this.#closing.signal);
    const response = await connection.request(metadataApi, (version) => ({
      // Version 0 has no way to ask for no topic at all; an empty list means every topic there.
      topics: names === null ? (version === 0 ? [] : null) : names.map((name) => ({ name })),
      ...(version >= 4 ? { allowAutoTopicCreation: autoCreate } : {}),
    }));
    if (response.errorCode === 0 && response.brokers.length === 0) {
      const message = `broker ${connection.broker} names no brokers at all, which is what it does when it refuses a client`;
      throw new ConnectError('unavailable', message, {
        retriable: true,
        details: { kafkaError: 'NETWORK_EXCEPTION' },
      });
    }
    return response;
  }
}

function covers(running: ReadonlySet<string> | null, wanted: readonly string[] | null): boolean {
  if (running === null) return true;
  return wanted?.every((topic) => running.has(topic)) ?? false;
}

/** Error of a topic in metadata, worded for people; undefined when the topic can be used. */
export function topicError(topic: TopicMetadata): ConnectError | undefined {
  if (topic.errorCode === kafkaErrors.NONE) return undefined;
  const error = kafkaErrorOf(topic.errorCode);
  return kafkaFailure(topic.errorCode, `topic ${topic.name}`, error.message);
}
