import { ConnectHeaders } from '../../records/headers.ts';
import { INT64_SCHEMA, OPTIONAL_STRING_SCHEMA } from '../../records/primitive-schemas.ts';
import type { SourcePartition, SourceRecord } from '../../records/record.ts';
import type { Field } from '../../records/schema.ts';
import { Struct } from '../../records/struct.ts';
import { Generation, type Generator } from './generation.ts';
import { type DatagenState, generationField, iterationField, seedField, taskIdField } from './offset.ts';
import { SeededRandom } from './seeded-random.ts';

export interface RecordMakerOptions {
  readonly topic: string;
  readonly taskId: number;
  readonly generator: Generator;
  /** Empty: records have no key. */
  readonly keyField: string;
  readonly state: DatagenState;
}

/** Makes one record after the other; what one is depends on nothing but the state that the offset before it keeps. */
export class RecordMaker {
  readonly #topic: string;
  readonly #generator: Generator;
  readonly #keyField: Field | null;
  readonly #partition: SourcePartition;
  readonly #taskId: bigint;
  readonly #taskGeneration: number;
  readonly #generation: Generation;
  #iteration: number;

  constructor({ topic, taskId, generator, keyField, state }: RecordMakerOptions) {
    this.#topic = topic;
    this.#generator = generator;
    this.#keyField = generator.schema.field(keyField) ?? null;
    this.#partition = { [taskIdField]: taskId };
    this.#taskId = BigInt(taskId);
    this.#taskGeneration = state.generation;
    this.#iteration = state.iteration;
    this.#generation = new Generation(new SeededRandom(state.seed));
  }

  /** Number of the record that comes next. */
  get iteration(): number {
    return this.#iteration;
  }

  /** Size of the record made last, in characters and values. */
  get units(): number {
    return this.#generation.units;
  }

  next(): SourceRecord {
    const generation = this.#generation;
    generation.begin(this.#iteration);
    const value = this.#generator.generate(generation);
    const seed = generation.random.seed();
    generation.random.reseed(seed);
    const headers = new ConnectHeaders()
      .add(generationField, INT64_SCHEMA, BigInt(this.#taskGeneration))
      .add(taskIdField, INT64_SCHEMA, this.#taskId)
      .add(iterationField, INT64_SCHEMA, BigInt(this.#iteration));
    this.#iteration++;
    const keyField = this.#keyField;
    return {
      sourcePartition: this.#partition,
      sourceOffset: {
        [generationField]: this.#taskGeneration + 1,
        [iterationField]: this.#iteration,
        [seedField]: seed,
      },
      topic: this.#topic,
      kafkaPartition: null,
      keySchema: keyField?.schema ?? OPTIONAL_STRING_SCHEMA,
      key: keyField !== null && value instanceof Struct ? (value.values[keyField.index] ?? null) : null,
      valueSchema: this.#generator.schema,
      value,
      timestamp: null,
      headers,
    };
  }
}
