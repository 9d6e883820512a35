import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConnectError, messageOf } from '../../errors/connect-error.ts';
import type { BrokerLog } from '../broker-log.ts';
import { PartitionLog } from '../log/partition-log.ts';
import { SegmentFiles } from '../log/segment-files.ts';
import { refusal } from '../refusal.ts';
import type { BrokerConfigs } from './broker-configs.ts';
import { Topic, topicNameProblem } from './topic.ts';
import { checkTopicConfigs, type TopicConfigValues } from './topic-configs.ts';
import { type StoredTopic, TopicFile } from './topic-file.ts';

/** More would only exhaust the process's file handles. */
const maxPartitions = 10_000;

export interface TopicRegistryOptions {
  readonly dataDir: string;
  readonly configs: BrokerConfigs;
  readonly log: BrokerLog;
}

/** All topics of the broker. Refusals are errors whose `details.kafkaError` is what the client is to be told. */
export class TopicRegistry {
  readonly #options: TopicRegistryOptions;
  readonly #file: TopicFile;
  readonly #logFolder: string;
  readonly #files = new SegmentFiles();
  readonly #byName = new Map<string, Topic>();
  readonly #byId = new Map<string, Topic>();

  private constructor(options: TopicRegistryOptions) {
    this.#options = options;
    this.#logFolder = join(options.dataDir, 'logs');
    mkdirSync(this.#logFolder, { recursive: true });
    const path = join(options.dataDir, 'topics.json');
    this.#checkList(path);
    this.#file = TopicFile.open(path);
  }

  static open(options: TopicRegistryOptions): TopicRegistry {
    const registry = new TopicRegistry(options);
    for (const stored of registry.#file.topics()) registry.#load(stored);
    registry.#removeStrays();
    return registry;
  }

  /** Without the list, all logs would look like strays, and be removed. */
  #checkList(path: string): void {
    const logs = readdirSync(this.#logFolder).length;
    if (logs === 0 || existsSync(path)) return;
    throw new ConnectError(
      'illegal-state',
      `${path} is missing, though ${this.#logFolder} holds ${logs} logs; restore it or begin with an empty data folder`,
    );
  }

  #load(stored: StoredTopic): Topic {
    const topic = new Topic(stored.name, stored.id, stored.configs, this.#options.configs);
    for (let partition = 0; partition < stored.partitions; partition++) this.#openLog(topic, partition);
    this.#byName.set(topic.name, topic);
    this.#byId.set(topic.id, topic);
    return topic;
  }

  #openLog(topic: Topic, partition: number): void {
    const name = `${topic.name}-${partition}`;
    topic.logs.push(
      PartitionLog.open({
        folder: join(this.#logFolder, name),
        name,
        settings: () => topic.rules,
        log: this.#options.log,
        files: this.#files,
      }),
    );
  }

  /** Folders that no topic claims are left over from a deletion that did not end. */
  #removeStrays(): void {
    const claimed = new Set(this.all().flatMap((topic) => topic.logs.map((log) => log.folder)));
    for (const name of readdirSync(this.#logFolder)) {
      const folder = join(this.#logFolder, name);
      if (!claimed.has(folder)) rmSync(folder, { recursive: true, force: true });
    }
  }

  get(name: string): Topic | undefined {
    return this.#byName.get(name);
  }

  byId(id: string): Topic | undefined {
    return this.#byId.get(id);
  }

  all(): readonly Topic[] {
    return [...this.#byName.values()];
  }

  log(name: string, partition: number): PartitionLog | undefined {
    return this.#byName.get(name)?.logs[partition];
  }

  /** Throws what `create` would throw. */
  checkNew(name: string, partitions: number, configs: TopicConfigValues): void {
    const problem = topicNameProblem(name);
    if (problem !== null) throw refusal('INVALID_TOPIC_EXCEPTION', `Topic name is invalid: ${problem}`);
    if (this.#byName.has(name)) throw refusal('TOPIC_ALREADY_EXISTS', `Topic '${name}' already exists.`);
    const clash = this.#clashWith(name);
    if (clash !== undefined) {
      throw refusal('INVALID_TOPIC_EXCEPTION', `Topic '${name}' collides with existing topic: ${clash.name}`);
    }
    if (partitions < 1) {
      throw refusal('INVALID_PARTITIONS', 'Number of partitions was set to an invalid non-positive value.');
    }
    this.#checkRoom(partitions);
    checkTopicConfigs(configs);
  }

  /** Dots and underscores are the same in the names of Kafka's metrics. */
  #clashWith(name: string): Topic | undefined {
    if (!/[._]/.test(name)) return undefined;
    const plain = name.replaceAll('.', '_');
    return this.all().find((topic) => topic.name.replaceAll('.', '_') === plain);
  }

  create(name: string, partitions: number, configs: TopicConfigValues): Topic {
    this.checkNew(name, partitions, configs);
    const id = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url');
    const stored = { name, id, partitions, configs };
    this.#file.put(stored);
    return this.#load(stored);
  }

  /** Has all topics that `work` creates or deletes on disk when it returns, for less than one by one. */
  atOnce<Result>(work: () => Result): Result {
    return this.#file.atOnce(work);
  }

  delete(name: string): void {
    const topic = this.#byName.get(name);
    if (topic === undefined) throw refusal('UNKNOWN_TOPIC_OR_PARTITION', `there is no topic ${name}`);
    this.#file.remove(name);
    this.#byName.delete(topic.name);
    this.#byId.delete(topic.id);
    for (const log of topic.logs) {
      log.close();
      // Out of the way first, so that a topic of the same name can be created at once.
      const doomed = `${log.folder}.${topic.id}.deleted`;
      if (existsSync(log.folder)) renameSync(log.folder, doomed);
      rm(doomed, { recursive: true, force: true }).catch((error: unknown) => {
        this.#options.log('warn', `could not remove ${doomed} (${messageOf(error)}); the next start will`);
      });
    }
  }

  /** Throws what `addPartitions` would throw. */
  checkPartitions(name: string, total: number): Topic {
    const topic = this.#byName.get(name);
    if (topic === undefined) {
      throw refusal('UNKNOWN_TOPIC_OR_PARTITION', 'This server does not host this topic-partition.');
    }
    const now = topic.logs.length;
    if (total <= now) {
      const words = total === now ? 'Topic already has' : `The topic ${name} currently has`;
      const rest = total === now ? '' : `; ${total} would not be an increase`;
      throw refusal('INVALID_PARTITIONS', `${words} ${now} partition(s)${rest}.`);
    }
    this.#checkRoom(total - now);
    return topic;
  }

  addPartitions(name: string, total: number): void {
    const topic = this.checkPartitions(name, total);
    this.#file.put({ name, id: topic.id, partitions: total, configs: topic.configs });
    while (topic.logs.length < total) this.#openLog(topic, topic.logs.length);
  }

  setConfigs(topic: Topic, configs: TopicConfigValues): void {
    checkTopicConfigs(configs);
    this.#file.put({ name: topic.name, id: topic.id, partitions: topic.logs.length, configs });
    topic.setConfigs(configs, this.#options.configs);
  }

  /** Topics have some of their defaults from the broker. */
  refreshDefaults(): void {
    for (const topic of this.all()) topic.setConfigs(topic.configs, this.#options.configs);
  }

  #checkRoom(more: number): void {
    const present = this.all().reduce((sum, topic) => sum + topic.logs.length, 0);
    if (present + more > maxPartitions) {
      throw refusal(
        'INVALID_PARTITIONS',
        `the embedded broker holds at most ${maxPartitions} partitions; it has ${present}`,
      );
    }
  }

  /** Hands all logs to the disk; for a clean shutdown. */
  sync(): void {
    for (const topic of this.all()) for (const log of topic.logs) log.sync();
  }

  close(): void {
    for (const topic of this.all()) for (const log of topic.logs) log.close();
  }
}
