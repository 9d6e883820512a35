import { ConnectError } from '../../errors/connect-error.ts';
import type { KafkaClient } from '../../kafka/ports/kafka-client.ts';
import type { Properties } from '../../kafka/ports/properties.ts';
import type { ConnectorPlugin, SinkConnectorPlugin, SourceConnectorPlugin } from '../../plugin-api/plugin.ts';
import type { Log } from '../../plugin-api/source-connector.ts';
import { SecretTexts } from '../config-providers/secret-texts.ts';
import { wholeNameRegex } from '../connector-validators.ts';
import { requireConnector } from '../plugin-lookup.ts';
import { listSetting } from '../settings-prefix.ts';
import { createConverters } from './create-converters.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { TaskErrantRecordReporter } from './errant-record-reporter.ts';
import { OriginalRecords } from './original-records.ts';
import { closeConverters, type RecordConverters } from './record-converters.ts';
import { RecordErrorHandler, type RecordErrorHandlerOptions } from './record-error-handler.ts';
import { SinkLoop } from './sink-loop.ts';
import { SinkRecordReader } from './sink-record-reader.ts';
import { SourceLoop } from './source-loop.ts';
import type { ExactlyOnceOptions } from './source-transactions.ts';
import type { TaskChannel } from './task-channel.ts';
import type { TaskControl } from './task-control.ts';
import type { TaskEnvironment } from './task-environment.ts';
import type { TaskGauges } from './task-gauges.ts';
import type { TaskAssignment } from './task-messages.ts';
import { TaskOffsetStore } from './task-offset-store.ts';
import { TopicCreation } from './topic-creation.ts';
import { transactionBoundaryOf } from './transaction-boundary.ts';
import { compileTransformationChain, type TransformationChain } from './transformation-chain.ts';

export interface TaskRun {
  readonly assignment: TaskAssignment;
  readonly environment: TaskEnvironment;
  readonly control: TaskControl;
  readonly channel: TaskChannel;
  readonly gauges: TaskGauges;
}

interface TaskParts {
  readonly run: TaskRun;
  readonly converters: RecordConverters;
  readonly chain: TransformationChain | null;
  /** Of the tolerance for errors, for tasks of any type. */
  readonly errorOptions: Omit<RecordErrorHandlerOptions, 'deadLetters'>;
  /** Clients opened on the way, closed at the end. */
  readonly openKafkaClient: (properties: Properties) => KafkaClient;
}

/** Runs one task to its end. Rejects with what made it fail. */
export async function runTask(run: TaskRun): Promise<void> {
  const { assignment, channel, control, environment } = run;
  const { connectorSettings, workerSettings, id } = assignment;
  const clients: KafkaClient[] = [];
  let converters: RecordConverters | null = null;
  try {
    ensureWithinTasksMax(assignment);
    const plugin = requireConnector(environment.plugins, connectorSettings);
    converters = await createConverters(workerSettings, connectorSettings, environment.plugins, plugin);
    const parts: TaskParts = {
      run,
      converters,
      chain: createChain(run, plugin),
      errorOptions: {
        id,
        settings: connectorSettings,
        log: (level, message) => channel.log(level, message),
        counter: run.gauges,
        signal: control.signal,
      },
      openKafkaClient: (properties) => {
        const client = environment.openKafkaClient({
          properties,
          log: (level, message) => channel.log(level, message),
        });
        clients.push(client);
        return client;
      },
    };
    await (plugin.type === 'source' ? runSource(plugin, parts) : runSink(plugin, parts));
  } finally {
    if (converters !== null) closeConverters(converters);
    await Promise.allSettled(clients.map((client) => client.close()));
  }
}

async function runSource(plugin: SourceConnectorPlugin, parts: TaskParts): Promise<void> {
  const { assignment, channel, control, gauges } = parts.run;
  const { clients, connectorSettings, taskSettings } = assignment;
  const client = parts.openKafkaClient(clients.producer);
  const creation =
    assignment.isTopicCreationEnabled && TopicCreation.isWanted(connectorSettings)
      ? new TopicCreation(connectorSettings, parts.openKafkaClient(clients.admin).admin, (level, message) =>
          channel.log(level, message),
        )
      : null;
  const log: Log = (level, message) => channel.log(level, message);
  const offsets = openOffsets(parts);
  // With transactions it is read only after those of the task's predecessors have ended.
  if (!assignment.isExactlyOnce) await offsets?.start(control.signal);
  const loop = new SourceLoop({
    task: plugin.createTask(),
    settings: taskSettings,
    createProducer: (onDelivered) => client.createProducer({ properties: clients.producer, onDelivered }),
    converters: parts.converters,
    chain: parts.chain,
    errors: new RecordErrorHandler({ ...parts.errorOptions, deadLetters: null }),
    offsets: offsets ?? channel,
    ...(offsets !== null && assignment.isExactlyOnce && { exactlyOnce: exactlyOnce(parts, client, offsets) }),
    ensureTopic: creation === null ? null : (topic, signal) => creation.ensure(topic, signal),
    control,
    reports: channel,
    gauges,
    offsetFlushIntervalMs: assignment.offsetFlushIntervalMs,
    offsetFlushTimeoutMs: assignment.offsetFlushTimeoutMs,
    log,
  });
  try {
    await loop.run();
  } finally {
    await offsets?.stop();
  }
}

function openOffsets({ openKafkaClient, run }: TaskParts): TaskOffsetStore | null {
  const { clients, id, offsetFlushTimeoutMs, offsetsTopic } = run.assignment;
  if (offsetsTopic === null) return null;
  return new TaskOffsetStore({
    connector: id.connector,
    place: offsetsTopic,
    client: openKafkaClient(clients.offsets),
    properties: clients.offsets,
    workers: run.channel,
    signal: run.control.signal,
    timeoutMs: offsetFlushTimeoutMs,
    log: (level, message) => run.channel.log(level, message),
  });
}

function exactlyOnce({ run }: TaskParts, client: KafkaClient, offsets: TaskOffsetStore): ExactlyOnceOptions {
  const { clients, connectorSettings, id, offsetFlushIntervalMs } = run.assignment;
  return {
    id,
    createProducer: (onDelivered) =>
      client.createTransactionalProducer({ properties: clients.producer, onDelivered }),
    offsets,
    boundary: transactionBoundaryOf(connectorSettings, offsetFlushIntervalMs),
    checks: run.channel,
  };
}

async function runSink(plugin: SinkConnectorPlugin, parts: TaskParts): Promise<void> {
  const { assignment, channel, control, gauges } = parts.run;
  const { clients, connectorSettings, taskSettings } = assignment;
  const client = parts.openKafkaClient(clients.consumer);
  const topics = listSetting(connectorSettings, 'topics');
  const deadLetters = await openDeadLetterQueue(parts);
  const errors = new RecordErrorHandler({ ...parts.errorOptions, deadLetters });
  const originals = new OriginalRecords(parts.converters);
  const loop = new SinkLoop({
    task: plugin.createTask(),
    settings: taskSettings,
    topics: topics.length > 0 ? topics : wholeNameRegex(connectorSettings['topics.regex'] ?? ''),
    consumer: client.createConsumer({ properties: clients.consumer }),
    reader: new SinkRecordReader({
      converters: parts.converters,
      chain: parts.chain,
      errors,
      originals,
      signal: control.signal,
    }),
    errantRecordReporter: errors.isReporting ? new TaskErrantRecordReporter(errors, originals) : null,
    whenReported: () => errors.whenReported(),
    control,
    reports: channel,
    gauges,
    offsetFlushIntervalMs: assignment.offsetFlushIntervalMs,
    offsetFlushTimeoutMs: assignment.offsetFlushTimeoutMs,
    log: (level, message) => channel.log(level, message),
  });
  try {
    await loop.run();
  } finally {
    parts.chain?.close();
    await deadLetters?.close(assignment.offsetFlushTimeoutMs);
  }
}

async function openDeadLetterQueue(parts: TaskParts): Promise<DeadLetterQueue | null> {
  const { clients, connectorSettings, secrets } = parts.run.assignment;
  if (!DeadLetterQueue.isWanted(connectorSettings)) return null;
  const texts = new SecretTexts(secrets);
  const queue = new DeadLetterQueue({
    ...parts.errorOptions,
    createProducer: (onDelivered) =>
      parts
        .openKafkaClient(clients.deadLetterProducer)
        .createProducer({ properties: clients.deadLetterProducer, onDelivered }),
    hideSecrets: (text) => texts.hide(text),
  });
  await queue.start(parts.openKafkaClient(clients.deadLetterAdmin).admin);
  return queue;
}

function createChain(
  { assignment, environment }: TaskRun,
  beside: ConnectorPlugin,
): TransformationChain | null {
  const unknown = (className: string) =>
    new ConnectError(
      'config',
      `Class ${className}, which transforms or predicates name, could not be found.`,
    );
  return compileTransformationChain(assignment.connectorSettings, {
    createTransformation: (className, version) => {
      const plugin = environment.plugins.find(className, 'transformation', { version, beside });
      if (plugin === null) throw unknown(className);
      return plugin.createTransformation();
    },
    createPredicate: (className, version) => {
      const plugin = environment.plugins.find(className, 'predicate', { version, beside });
      if (plugin === null) throw unknown(className);
      return plugin.createPredicate();
    },
  });
}

/** A connector configuration may have been changed to fewer tasks since the task configs were made. */
function ensureWithinTasksMax({ connectorSettings, id }: TaskAssignment): void {
  const tasksMax = Number(connectorSettings['tasks.max'] ?? 1);
  const isEnforced = connectorSettings['tasks.max.enforce']?.trim().toLowerCase() !== 'false';
  if (!isEnforced || id.task < tasksMax) return;
  throw new ConnectError(
    'config',
    `Task ${id.connector}-${id.task} is beyond tasks.max=${tasksMax} of its connector and is not started`,
  );
}
