import { ConnectError, isConnectError, messageOf } from '../../errors/connect-error.ts';
import { retrying } from '../cluster/backoff.ts';
import type { Admin, TopicDescription } from '../ports/admin.ts';
import type { CompactedLogOptions } from '../ports/compacted-log.ts';

const policyKey = 'cleanup.policy';

export interface LogTopicSurroundings {
  readonly admin: Pick<Admin, 'createTopics' | 'describeTopics' | 'describeTopicConfig'>;
  readonly log: (level: 'debug' | 'info' | 'warn', message: string) => void;
  /** How long to go on when the cluster has too few brokers yet. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Creates the topic when it is not there and checks that it is compacted when it is. Returns its partition numbers.
 * Throws a `config` error that names the worker's key when the topic is not fit to hold state.
 */
export async function ensureLogTopic(
  options: Pick<CompactedLogOptions, 'topic' | 'configKey' | 'create' | 'singlePartition'>,
  surroundings: LogTopicSurroundings,
): Promise<readonly number[]> {
  const { admin, signal, timeoutMs } = surroundings;
  const { topic, configKey } = options;
  const bounds = { timeoutMs, initialBackoffMs: 100, maxBackoffMs: 1000, signal };
  const existing = await lookUp(admin, topic, signal);
  if (existing === undefined)
    await retrying({ what: `create topic ${topic}`, ...bounds }, () => create(options, surroundings));
  const found = await retrying({ what: `find topic ${topic}`, ...bounds }, async () => {
    const description = existing ?? (await lookUp(admin, topic, signal));
    if (description !== undefined && description.partitions.length > 0) return description;
    const message = `topic ${topic} (${configKey}) is not there and could not be created`;
    throw new ConnectError('not-found', message, { retriable: true });
  });
  if (options.singlePartition === true && found.partitions.length > 1) {
    throw new ConnectError(
      'config',
      `Topic '${topic}' supplied via the '${configKey}' property is required to have a single partition in order to ` +
        `guarantee consistency, but found ${found.partitions.length} partitions.`,
      { details: { key: configKey } },
    );
  }
  await requireCompaction(options, surroundings);
  return found.partitions.map(({ partition }) => partition);
}

async function lookUp(
  admin: Pick<Admin, 'describeTopics'>,
  topic: string,
  signal: AbortSignal,
): Promise<TopicDescription | undefined> {
  return (await admin.describeTopics([topic], signal))[0];
}

async function create(
  { topic, configKey, create: settings }: Pick<CompactedLogOptions, 'topic' | 'configKey' | 'create'>,
  { admin, log, signal }: LogTopicSurroundings,
): Promise<void> {
  const { partitions, replicationFactor, configs } = settings;
  try {
    await admin.createTopics([{ name: topic, partitions, replicationFactor, configs }], signal);
    log('info', `created topic ${topic} (${configKey})`);
  } catch (error) {
    if (!isConnectError(error)) throw error;
    if (error.code === 'already-exists') return;
    if (error.code === 'forbidden') {
      // Somebody else may have created it for us.
      log('warn', `topic ${topic} (${configKey}) cannot be created: ${error.message}`);
      return;
    }
    // Brokers that are still joining the cluster make this pass.
    if (error.details.kafkaError !== 'INVALID_REPLICATION_FACTOR') throw error;
    throw new ConnectError('retriable', error.message, { cause: error, details: error.details });
  }
}

async function requireCompaction(
  { topic, configKey }: Pick<CompactedLogOptions, 'topic' | 'configKey'>,
  { admin, log, signal }: LogTopicSurroundings,
): Promise<void> {
  let policy: string | null | undefined;
  try {
    policy = (await admin.describeTopicConfig(topic, signal)).find(({ name }) => name === policyKey)?.value;
  } catch (error) {
    if (signal.aborted) throw error;
    log(
      'warn',
      `${policyKey} of topic ${topic} (${configKey}) cannot be read, so it is not checked: ${messageOf(error)}`,
    );
    return;
  }
  if (policy === undefined || policy === null || policy.trim() === 'compact') return;
  throw new ConnectError(
    'config',
    `Topic '${topic}' supplied via the '${configKey}' property is required to have '${policyKey}=compact' to guarantee ` +
      `consistency and durability, but found the topic currently has '${policyKey}=${policy}'. Continuing would likely ` +
      'result in eventually losing data and problems restarting this cluster in the future. Change the property to ' +
      `use a topic with '${policyKey}=compact'.`,
    { details: { key: configKey } },
  );
}
