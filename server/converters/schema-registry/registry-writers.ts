import { createHash } from 'node:crypto';
import { ConnectError } from '../../errors/connect-error.ts';
import type { Schema } from '../../records/schema.ts';
import { LookupCache } from './lookup-cache.ts';
import { RecentMap } from './recent-map.ts';
import type { RegisteredSchema, SchemaText } from './registered-schema.ts';
import type { RegistrySettings } from './registry-keys.ts';
import type { FormatWriter, SchemaFormat } from './schema-format.ts';
import { guidHeader, idPrefix } from './schema-id-bytes.ts';
import { schemaIdWriters } from './schema-id-places.ts';
import { SchemaKeyedCache } from './schema-keyed-cache.ts';
import type { RegisteredId, SchemaRegistry } from './schema-registry.ts';
import { requireSubject, subjectNameStrategies } from './subject-name.ts';

/** How data of one schema is written to one topic. */
export interface TopicWriter {
  readonly writer: FormatWriter;
  /** Stands before each value; empty where the id is in a header. */
  readonly prefix: Buffer;
  /** The header that names the schema; null: the prefix does. */
  readonly header: Buffer | null;
  /** By `now`; Infinity: for ever. */
  readonly until: number;
  /** For messages. */
  readonly subject: string;
}

export interface RegistryWritersOptions {
  readonly registry: SchemaRegistry;
  readonly format: SchemaFormat;
  readonly settings: RegistrySettings;
  readonly isKey: boolean;
  readonly now: () => number;
}

/** Topics whose writers are remembered; connectors that write to more compile some anew now and then. */
const maxTopics = 1_000;
const noBytes = Buffer.alloc(0);

/** Finds out, once for each topic and schema, which registered schema data are written with. */
export class RegistryWriters {
  readonly #options: RegistryWritersOptions;
  readonly #strategy: string;
  readonly #hasHeader: boolean;
  readonly #byTopic = new RecentMap<string, SchemaKeyedCache<TopicWriter>>(maxTopics);
  /** Writers for what the data themselves say they are, before the registry is asked. */
  readonly #own: SchemaKeyedCache<FormatWriter>;
  readonly #ids: LookupCache<RegisteredId>;
  readonly #latest: LookupCache<RegisteredSchema>;
  readonly #byId: LookupCache<RegisteredSchema>;

  constructor(options: RegistryWritersOptions) {
    const { settings, isKey, now } = options;
    this.#options = options;
    this.#strategy = settings[isKey ? 'key.subject.name.strategy' : 'value.subject.name.strategy'];
    const serializer = settings[isKey ? 'key.schema.id.serializer' : 'value.schema.id.serializer'];
    this.#hasHeader = schemaIdWriters[serializer] === 'header';
    const maxAnswers = settings['max.schemas.per.subject'];
    const maxRefusals = settings['missing.cache.size'];
    this.#own = new SchemaKeyedCache(maxAnswers);
    this.#ids = new LookupCache({
      maxAnswers,
      answerTtlMs: Number.POSITIVE_INFINITY,
      maxRefusals,
      refusalTtlMs: settings['missing.schema.cache.ttl.sec'] * 1_000,
      now,
    });
    this.#latest = new LookupCache({
      maxAnswers: settings['latest.cache.size'],
      answerTtlMs: latestTtlMs(settings),
      maxRefusals,
      refusalTtlMs: settings['missing.version.cache.ttl.sec'] * 1_000,
      now,
    });
    this.#byId = new LookupCache({
      maxAnswers,
      answerTtlMs: Number.POSITIVE_INFINITY,
      maxRefusals,
      refusalTtlMs: settings['missing.id.cache.ttl.sec'] * 1_000,
      now,
    });
  }

  get addsHeaders(): boolean {
    return this.#hasHeader;
  }

  /** Throws `PendingLookup` while the registry is asked. */
  get(topic: string, schema: Schema | null): TopicWriter {
    let known = this.#byTopic.get(topic);
    if (known === undefined) {
      known = new SchemaKeyedCache(this.#options.settings['max.schemas.per.subject']);
      this.#byTopic.set(topic, known);
    }
    const present = known.get(schema);
    if (present !== undefined && this.#options.now() < present.until) return present;
    const found = this.#resolve(topic, schema);
    known.set(schema, found);
    return found;
  }

  /** Which schema is used, in the order of Java's serializers. */
  #resolve(topic: string, schema: Schema | null): TopicWriter {
    const { settings } = this.#options;
    const subject = this.#subject(topic, schema);
    if (settings['auto.register.schemas']) return this.#registered(subject, schema);
    const id = settings['use.schema.id'];
    if (id >= 0) return this.#withId(id, subject, schema);
    if (settings['use.latest.version']) return this.#withLatest(subject, schema);
    return this.#registered(subject, schema);
  }

  #subject(topic: string, schema: Schema | null): string {
    const { isKey } = this.#options;
    const byTopic = subjectNameStrategies[this.#strategy]?.(topic, isKey, null) ?? null;
    return byTopic ?? requireSubject(this.#strategy, topic, isKey, this.#ownWriter(schema).recordName);
  }

  #ownWriter(schema: Schema | null): FormatWriter {
    const { format } = this.#options;
    let writer = this.#own.get(schema);
    if (writer === undefined) {
      writer = format.writerFor(schema);
      this.#own.set(schema, writer);
    }
    return writer;
  }

  /** Registers, or finds, the schema that the data have of themselves. */
  #registered(subject: string, schema: Schema | null): TopicWriter {
    const { registry, settings } = this.#options;
    const writer = this.#ownWriter(schema);
    const { text } = writer;
    const key = keyOf(subject, text);
    const id = this.#ids.get(key, () =>
      settings['auto.register.schemas'] ? registry.register(subject, text) : registry.lookup(subject, text),
    );
    return this.#topicWriter(writer, id, subject, Number.POSITIVE_INFINITY);
  }

  #withId(id: number, subject: string, schema: Schema | null): TopicWriter {
    const { format, registry, settings } = this.#options;
    const registered = this.#byId.get(String(id), () => registry.byId(id, subject));
    this.#ensureFits(registered, schema, settings['id.compatibility.strict'], 'id.compatibility.strict');
    const writer = format.writerWith(registered, schema);
    return this.#topicWriter(writer, { id, guid: registered.guid }, subject, Number.POSITIVE_INFINITY);
  }

  #withLatest(subject: string, schema: Schema | null): TopicWriter {
    const { format, now, registry, settings } = this.#options;
    const latest = this.#latest.get(subject, () => registry.latest(subject));
    const key = 'latest.compatibility.strict';
    this.#ensureFits(latest, schema, settings[key], key);
    const writer = format.writerWith(latest, schema);
    return this.#topicWriter(writer, latest, subject, now() + latestTtlMs(settings));
  }

  #ensureFits(registered: RegisteredSchema, schema: Schema | null, isStrict: boolean, key: string): void {
    const { format } = this.#options;
    ensureType(registered, format);
    if (!isStrict || format.incompatibility === undefined) return;
    const reason = format.incompatibility(registered, this.#ownWriter(schema).text);
    if (reason === null) return;
    throw new ConnectError(
      'data',
      `Schema id ${registered.id} cannot stand for the schema of the data: ${reason}; set ${key}=false to write all the same`,
    );
  }

  #topicWriter(
    writer: FormatWriter,
    { id, guid }: RegisteredId,
    subject: string,
    until: number,
  ): TopicWriter {
    if (!this.#hasHeader) {
      return { writer, prefix: idPrefix(id, writer.messageIndexes), header: null, until, subject };
    }
    const { registry } = this.#options;
    // Not every registry says the GUID when it registers.
    const known = guid ?? this.#byId.get(String(id), () => registry.byId(id, subject)).guid;
    if (known === null) {
      throw new ConnectError(
        'data',
        `The schema registry gives schema id ${id} no GUID, and HeaderSchemaIdSerializer needs one; use PrefixSchemaIdSerializer`,
      );
    }
    return { writer, prefix: noBytes, header: guidHeader(known, writer.messageIndexes), until, subject };
  }
}

/** A hash, because texts are large. */
function keyOf(subject: string, { schema, references }: SchemaText): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([schema, references]))
    .digest('base64');
  return `${hash} ${subject}`;
}

/** Throws a `data` error when the registry has the schema in another format. */
export function ensureType(registered: RegisteredSchema, format: SchemaFormat): void {
  if (registered.schemaType === format.schemaType) return;
  throw new ConnectError(
    'data',
    `Schema id ${registered.id} is of type ${registered.schemaType}, and this converter is for ${format.schemaType}; use the converter of that format`,
  );
}

function latestTtlMs(settings: RegistrySettings): number {
  const seconds = settings['latest.cache.ttl.sec'];
  return seconds < 0 ? Number.POSITIVE_INFINITY : seconds * 1_000;
}
