import { createHash } from 'node:crypto';
import { AvroText, avroConflicts } from './avro-compatibility.ts';

export interface StoredReference {
  readonly name: string;
  readonly subject: string;
  readonly version: number;
}

export interface StoredText {
  readonly schemaType: string;
  readonly schema: string;
  readonly references: readonly StoredReference[];
}

export interface StoredSchema extends StoredText {
  readonly id: number;
  readonly guid: string;
}

export interface StoredVersion {
  readonly subject: string;
  readonly version: number;
  readonly schema: StoredSchema;
  isDeleted: boolean;
}

/** An answer of the registry's that is not a success. */
export class RegistryRefusal extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const compatibilityLevels = [
  'NONE',
  'BACKWARD',
  'BACKWARD_TRANSITIVE',
  'FORWARD',
  'FORWARD_TRANSITIVE',
  'FULL',
  'FULL_TRANSITIVE',
];

/** What a registry keeps: schemas by id and GUID, versions by subject. Compatibility is checked for Avro alone. */
export class RegistryStore {
  compatibility = 'BACKWARD';
  readonly compatibilityOf = new Map<string, string>();
  readonly #subjects = new Map<string, StoredVersion[]>();
  readonly #byGuid = new Map<string, StoredSchema>();
  readonly #byId = new Map<number, StoredSchema>();
  #nextId: number;

  constructor(firstId = 1) {
    this.#nextId = firstId;
  }

  get subjects(): string[] {
    return [...this.#subjects].filter(([, all]) => all.some((one) => !one.isDeleted)).map(([name]) => name);
  }

  get schemaCount(): number {
    return this.#byId.size;
  }

  register(subject: string, text: StoredText, normalizes: boolean): StoredVersion {
    const canonical = this.#canonical(text, normalizes);
    const present = this.#versions(subject).find(({ schema }) => isSame(schema, canonical));
    if (present !== undefined) return present;
    const conflicts = this.conflicts(subject, canonical, this.#versions(subject));
    if (conflicts.length > 0) {
      const level = this.levelOf(subject);
      throw new RegistryRefusal(
        409,
        409,
        `Schema being registered is incompatible with an earlier schema for subject "${subject}", details: [${conflicts.join(', ')}, {compatibility: '${level}'}]`,
      );
    }
    const all = this.#subjects.get(subject) ?? [];
    this.#subjects.set(subject, all);
    const stored = {
      subject,
      version: (all.at(-1)?.version ?? 0) + 1,
      schema: this.#store(canonical),
      isDeleted: false,
    };
    all.push(stored);
    return stored;
  }

  lookup(subject: string, text: StoredText, normalizes: boolean, withDeleted: boolean): StoredVersion {
    const all = this.#subjects.get(subject) ?? [];
    const visible = all.filter((one) => withDeleted || !one.isDeleted);
    if (visible.length === 0) throw new RegistryRefusal(404, 40401, `Subject '${subject}' not found.`);
    const canonical = this.#canonical(text, normalizes);
    const found = visible.findLast(({ schema }) => isSame(schema, canonical));
    if (found === undefined) throw new RegistryRefusal(404, 40403, 'Schema not found');
    return found;
  }

  versions(subject: string): StoredVersion[] {
    const all = this.#versions(subject);
    if (all.length === 0) throw new RegistryRefusal(404, 40401, `Subject '${subject}' not found.`);
    return all;
  }

  version(subject: string, wanted: string): StoredVersion {
    const all = this.versions(subject);
    if (wanted !== 'latest' && !/^[1-9]\d{0,9}$/.test(wanted)) {
      const hint = 'Allowed values are between [1, 2^31-1] and the string "latest"';
      throw new RegistryRefusal(
        422,
        42202,
        `The specified version '${wanted}' is not a valid version id. ${hint}`,
      );
    }
    const found = wanted === 'latest' ? all.at(-1) : all.find(({ version }) => version === Number(wanted));
    if (found === undefined) throw new RegistryRefusal(404, 40402, `Version ${wanted} not found.`);
    return found;
  }

  byId(id: number): StoredSchema {
    const found = this.#byId.get(id);
    if (found === undefined) throw new RegistryRefusal(404, 40403, `Schema ${id} not found`);
    return found;
  }

  byGuid(guid: string): StoredSchema {
    const found = this.#byGuid.get(guid.toLowerCase());
    if (found === undefined) throw new RegistryRefusal(404, 40403, `Schema ${guid} not found`);
    return found;
  }

  versionsOf(id: number): StoredVersion[] {
    this.byId(id);
    return [...this.#subjects.values()].flat().filter((one) => one.schema.id === id && !one.isDeleted);
  }

  delete(subject: string): number[] {
    const all = this.versions(subject);
    for (const one of all) one.isDeleted = true;
    return all.map(({ version }) => version);
  }

  levelOf(subject: string): string {
    return this.compatibilityOf.get(subject) ?? this.compatibility;
  }

  /** Why the schema may not follow `earlier`; empty: it may. */
  conflicts(subject: string, text: StoredText, earlier: readonly StoredVersion[]): string[] {
    const level = this.levelOf(subject);
    if (level === 'NONE' || text.schemaType !== 'AVRO') return [];
    const next = this.#avro(text);
    const others = level.endsWith('_TRANSITIVE') ? earlier : earlier.slice(-1);
    return others.flatMap(({ schema, version }) => {
      if (schema.schemaType !== 'AVRO') return [`version ${version} is of type ${schema.schemaType}`];
      const other = this.#avro(schema);
      return [
        ...(level.startsWith('FORWARD') ? [] : avroConflicts(next, other)),
        ...(level.startsWith('BACKWARD') ? [] : avroConflicts(other, next)),
      ];
    });
  }

  /** Gives every schema another id, as a registry that was set up anew does. */
  renumber(firstId: number): void {
    const schemas = [...this.#byId.values()];
    this.#byId.clear();
    this.#nextId = firstId;
    for (const schema of schemas) {
      const moved = { ...schema, id: this.#nextId++ };
      this.#byId.set(moved.id, moved);
      this.#byGuid.set(moved.guid, moved);
      for (const all of this.#subjects.values()) {
        for (const [i, one] of all.entries()) if (one.schema === schema) all[i] = { ...one, schema: moved };
      }
    }
  }

  #versions(subject: string): StoredVersion[] {
    return (this.#subjects.get(subject) ?? []).filter((one) => !one.isDeleted);
  }

  #store(text: StoredText): StoredSchema {
    const hex = createHash('md5').update(JSON.stringify(text)).digest('hex');
    const guid = [
      hex.slice(0, 8),
      hex.slice(8, 12),
      hex.slice(12, 16),
      hex.slice(16, 20),
      hex.slice(20),
    ].join('-');
    const known = this.#byGuid.get(guid);
    if (known !== undefined) return known;
    const stored = { ...text, id: this.#nextId++, guid };
    this.#byGuid.set(guid, stored);
    this.#byId.set(stored.id, stored);
    return stored;
  }

  #canonical(text: StoredText, normalizes: boolean): StoredText {
    const { schemaType, schema, references } = text;
    if (!['AVRO', 'JSON', 'PROTOBUF'].includes(schemaType)) {
      throw new RegistryRefusal(422, 42201, `Invalid schema type ${schemaType}`);
    }
    try {
      for (const { subject, version } of references) this.version(subject, String(version));
      if (schemaType === 'AVRO') this.#avro(text);
      if (schemaType === 'PROTOBUF') return { schemaType, schema: schema.trim(), references };
      const parsed: unknown = JSON.parse(schema);
      return { schemaType, schema: JSON.stringify(normalizes ? sorted(parsed) : parsed), references };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new RegistryRefusal(422, 42201, `Invalid schema ${schema.slice(0, 200)}, details: ${reason}`);
    }
  }

  #avro({ schema, references }: StoredText): AvroText {
    return new AvroText(schema, this.#imports(references));
  }

  #imports(references: readonly StoredReference[]): string[] {
    return references.flatMap(({ subject, version }) => {
      const { schema } = this.version(subject, String(version));
      return [...this.#imports(schema.references), schema.schema];
    });
  }
}

function isSame(left: StoredText, right: StoredText): boolean {
  return (
    left.schemaType === right.schemaType &&
    left.schema === right.schema &&
    JSON.stringify(left.references) === JSON.stringify(right.references)
  );
}

function sorted(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(sorted);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, value]) => [key, sorted(value)]),
  );
}
