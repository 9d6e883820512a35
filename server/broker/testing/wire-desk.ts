import { randomUUID } from 'node:crypto';
import { type KafkaErrorName, kafkaErrorOf } from '../../kafka/protocol/error-codes.ts';
import { createTopicsApi } from '../../kafka/protocol/generated/create-topics.js';
import { findCoordinatorApi } from '../../kafka/protocol/generated/find-coordinator.js';
import { listOffsetsApi } from '../../kafka/protocol/generated/list-offsets.js';
import { waitFor } from '../../testing/wait.ts';
import { SampleClient } from '../network/sample-client.ts';

/** A bare client of a broker under test, with a topic of its own; for suites that look at single answers. */
export interface WireDesk {
  readonly client: SampleClient;
  readonly topic: string;
  readonly topicId: string;
  /** For names of groups and transactional ids. */
  readonly unique: string;
}

export async function openWireDesk(bootstrap: string, partitions = 2): Promise<WireDesk> {
  const client = await SampleClient.connect(Number(bootstrap.split(':').at(-1)));
  const unique = randomUUID();
  const topic = `wire-${unique}`;
  const { topics } = await client.request(createTopicsApi, 7, {
    topics: [{ name: topic, numPartitions: partitions, replicationFactor: 1, assignments: [], configs: [] }],
    timeoutMs: 10_000,
  });
  if (topics[0]?.errorCode !== 0) throw new Error(`could not create ${topic}: ${topics[0]?.errorMessage}`);
  await waitFor('the leaders of the topic', async () => {
    const asked = Array.from({ length: partitions }, (_, partitionIndex) => ({
      partitionIndex,
      timestamp: -1,
    }));
    const request = { replicaId: -1, topics: [{ name: topic, partitions: asked }] };
    const answer = await client.request(listOffsetsApi, 7, request);
    return answer.topics[0]?.partitions.every(({ errorCode }) => errorCode === 0) === true;
  });
  return { client, topic, topicId: topics[0].topicId, unique };
}

/** Has the broker find, and at first make, what coordinates groups (0) or transactions (1). */
export async function awaitCoordinator({ client, unique }: WireDesk, keyType: 0 | 1): Promise<void> {
  await waitFor('the coordinator', async () => {
    const request = { keyType, coordinatorKeys: [unique] };
    const { coordinators } = await client.request(findCoordinatorApi, 4, request);
    return coordinators[0]?.errorCode === 0;
  });
}

const passing: readonly KafkaErrorName[] = [
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
  'CONCURRENT_TRANSACTIONS',
];

/** Asks until the answer's error is not one that passes by itself. */
export async function askUntilSettled<Answer>(
  ask: () => Promise<Answer>,
  errorOf: (answer: Answer) => number | undefined,
): Promise<Answer> {
  let last: Answer | undefined;
  await waitFor('a settled answer', async () => {
    last = await ask();
    return !passing.includes(kafkaErrorOf(errorOf(last) ?? 0).name);
  });
  return last as Answer;
}

/** The name of an error code, to be read in a failed test. */
export function errorName(code: number | undefined): string {
  return kafkaErrorOf(code ?? -1).name;
}
