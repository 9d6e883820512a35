import { LookupCache } from './lookup-cache.ts';
import { RecentMap } from './recent-map.ts';
import type { RegisteredSchema } from './registered-schema.ts';
import type { RegistrySettings } from './registry-keys.ts';
import { ensureType } from './registry-writers.ts';
import type { FormatReader, SchemaFormat } from './schema-format.ts';
import type { SchemaIdScanner } from './schema-id-bytes.ts';
import type { SchemaRegistry } from './schema-registry.ts';
import { subjectNameStrategies } from './subject-name.ts';

export interface RegistryReadersOptions {
  readonly registry: SchemaRegistry;
  readonly format: SchemaFormat;
  readonly settings: RegistrySettings;
  readonly isKey: boolean;
  readonly now: () => number;
}

interface KnownSchema {
  readonly registered: RegisteredSchema;
  /** What the id stands for, by subject. */
  readonly versions: ReadonlyMap<string, number>;
}

type Made = { readonly reader: FormatReader } | { readonly error: unknown };

/** Finds out, once for each schema id and topic, how data are read. */
export class RegistryReaders {
  readonly #options: RegistryReadersOptions;
  readonly #strategy: string;
  readonly #schemas: LookupCache<KnownSchema>;
  readonly #readers: RecentMap<string, Made>;

  constructor(options: RegistryReadersOptions) {
    const { settings, isKey, now } = options;
    this.#options = options;
    this.#strategy = settings[isKey ? 'key.subject.name.strategy' : 'value.subject.name.strategy'];
    this.#readers = new RecentMap(settings['max.schemas.per.subject']);
    this.#schemas = new LookupCache({
      maxAnswers: settings['max.schemas.per.subject'],
      answerTtlMs: Number.POSITIVE_INFINITY,
      maxRefusals: settings['missing.cache.size'],
      refusalTtlMs: settings['missing.id.cache.ttl.sec'] * 1_000,
      now,
    });
  }

  /** Throws `PendingLookup` while the registry is asked. */
  get(topic: string, scanned: SchemaIdScanner): FormatReader {
    const { id, guid, messageIndexes } = scanned;
    const key = `${guid ?? id} ${messageIndexes.join('.')} ${topic}`;
    let made = this.#readers.get(key);
    if (made === undefined) {
      const known = this.#schemas.get(guid ?? String(id), () => this.#fetch(id, guid, topic));
      made = this.#make(known, topic, messageIndexes);
      this.#readers.set(key, made);
    }
    if ('error' in made) throw made.error;
    return made.reader;
  }

  async #fetch(id: number, guid: string | null, topic: string): Promise<KnownSchema> {
    const { registry } = this.#options;
    if (guid !== null) return { registered: await registry.byGuid(guid), versions: new Map() };
    const registered = await registry.byId(id, this.#subject(topic, null));
    return { registered, versions: await registry.versionsOf(id) };
  }

  /** What cannot be made is remembered as well: a schema that no reader understands stays so for each record. */
  #make({ registered, versions }: KnownSchema, topic: string, messageIndexes: readonly number[]): Made {
    const { format } = this.#options;
    try {
      ensureType(registered, format);
      const make = (subject: string | null): FormatReader => {
        const version = (subject === null ? undefined : versions.get(subject)) ?? registered.version;
        return format.readerOf({ ...registered, version }, messageIndexes);
      };
      const byTopic = this.#subject(topic, null);
      if (byTopic !== null) return { reader: make(byTopic) };
      // The name of the record is part of the subject, and only the reader knows it.
      const reader = make(null);
      const byRecord = this.#subject(topic, reader.recordName);
      return { reader: byRecord === null || !versions.has(byRecord) ? reader : make(byRecord) };
    } catch (error) {
      return { error };
    }
  }

  #subject(topic: string, recordName: string | null): string | null {
    return subjectNameStrategies[this.#strategy]?.(topic, this.#options.isKey, recordName) ?? null;
  }
}
