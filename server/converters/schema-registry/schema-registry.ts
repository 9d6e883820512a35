import type { RegisteredSchema, SchemaText } from './registered-schema.ts';

/** What a registry knows a schema by. */
export interface RegisteredId {
  readonly id: number;
  /** null: this registry gives none. */
  readonly guid: string | null;
}

/** A registry with Confluent's API. Every method rejects with a `ConnectError`; what may pass is `retriable`. */
export interface SchemaRegistry {
  /** Registers a schema, or finds that it is already. */
  register(subject: string, text: SchemaText): Promise<RegisteredId>;
  /** The id of a schema that the subject must have already. */
  lookup(subject: string, text: SchemaText): Promise<RegisteredId>;
  latest(subject: string): Promise<RegisteredSchema>;
  /** `subject` only tells a registry with contexts where to look. */
  byId(id: number, subject: string | null): Promise<RegisteredSchema>;
  byGuid(guid: string): Promise<RegisteredSchema>;
  /** Versions that an id stands for, by subject; empty where the registry does not say. */
  versionsOf(id: number): Promise<ReadonlyMap<string, number>>;
  /** Ends what is under way. */
  close(): void;
}
