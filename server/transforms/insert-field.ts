import { defineConfig } from '../config/define-config.ts';
import { string } from '../config/kinds.ts';
import { parseConfig } from '../config/parse-config.ts';
import { ConnectError } from '../errors/connect-error.ts';
import type { Settings } from '../plugin-api/source-connector.ts';
import type { StructChanger } from '../plugin-api/struct-change.ts';
import type { Transformation } from '../plugin-api/transformation.ts';
import { timestampSchema } from '../records/logical-types.ts';
import type { ConnectRecord } from '../records/record.ts';
import type { Schema } from '../records/schema.ts';
import { schemaOf } from '../records/schema-of.ts';
import { Struct } from '../records/struct.ts';
import {
  copiedMap,
  copiedSource,
  copyFields,
  dataError,
  requireMap,
  requireStruct,
} from './fields/record-data.ts';
import type { RecordSide } from './fields/record-side.ts';
import { structLike } from './fields/schema-basics.ts';
import { SchemaCache } from './fields/schema-cache.ts';
import { replaceNullWithDefaultKey } from './fields/shared-keys.ts';

const purpose = 'field insertion';

function fieldKey(what: string) {
  return string({
    importance: 'MEDIUM',
    default: null,
    documentation: `Field for ${what}. With ! at the end of its name the field is required, with ? or nothing optional.`,
  });
}

export const insertFieldConfig = defineConfig({
  'topic.field': fieldKey("the record's topic"),
  'partition.field': fieldKey("the record's partition"),
  'offset.field': fieldKey("the record's offset, in sinks only"),
  'timestamp.field': fieldKey("the record's timestamp"),
  'static.field': fieldKey('the text of static.value'),
  'static.value': string({
    importance: 'MEDIUM',
    default: null,
    documentation: 'What static.field holds.',
  }),
  ...replaceNullWithDefaultKey,
});

/** One field to insert. Both values are null where the record does not say. */
interface Insertion {
  readonly name: string;
  readonly schema: Schema;
  structValue(record: ConnectRecord): unknown;
  mapValue(record: ConnectRecord): unknown;
}

export class InsertField implements Transformation {
  readonly #side: RecordSide;
  #insertions: readonly Insertion[] = [];
  #replacesNull = true;
  readonly #schemas = new SchemaCache((schema) =>
    structLike(schema, [...schema.fields, ...this.#insertions]),
  );

  readonly structs: StructChanger;

  constructor(side: RecordSide) {
    this.#side = side;
    this.structs = {
      side: side.name,
      changeOf: (schema) => ({
        schema: this.#schemas.of(schema),
        fields: [
          ...schema.fields.map((field) => copiedSource(field, this.#replacesNull)),
          ...this.#insertions.map(({ structValue }) => ({ from: null, read: structValue })),
        ],
      }),
    };
  }

  configure(settings: Settings): void {
    const config = parseConfig(insertFieldConfig, settings);
    const text = config['static.value'];
    if (config['static.field'] !== null && text === null) {
      throw new ConnectError(
        'config',
        `Invalid value null for configuration static.value: No value specified for static field: ${config['static.field']}`,
      );
    }
    this.#insertions = [
      insertion(config['topic.field'], 'STRING', ({ topic }) => topic),
      insertion(config['partition.field'], 'INT32', ({ kafkaPartition }) => kafkaPartition),
      insertion(config['offset.field'], 'INT64', offsetOf),
      insertion(config['timestamp.field'], 'TIMESTAMP', ({ timestamp }) => timestamp),
      insertion(config['static.field'], 'STRING', () => text),
    ].filter((each) => each !== null);
    if (this.#insertions.length === 0) {
      throw new ConnectError('config', 'No field insertion configured');
    }
    this.#replacesNull = config['replace.null.with.default'];
  }

  apply<R extends ConnectRecord>(record: R): R {
    const value = this.#side.valueOf(record);
    if (value === null) return record;
    if (this.#side.schemaOf(record) === null) {
      const map = copiedMap(requireMap(value, purpose));
      for (const { name, mapValue } of this.#insertions) {
        const inserted = mapValue(record);
        if (inserted !== null) map.set(name, inserted);
      }
      return this.#side.replace(record, null, map);
    }
    const struct = requireStruct(value, purpose);
    const schema = this.#schemas.of(struct.schema);
    const changed = new Struct(schema);
    copyFields(struct, struct.schema.fields, this.#replacesNull, changed);
    let index = struct.schema.fields.length;
    for (const insertion of this.#insertions) {
      // A required field of null would be missing, which is for the converter to find, as in Java.
      changed.values[index++] = insertion.structValue(record);
    }
    return this.#side.replace(record, schema, changed);
  }
}

function insertion(
  spec: string | null,
  type: 'STRING' | 'INT32' | 'INT64' | 'TIMESTAMP',
  read: (record: ConnectRecord) => string | number | null,
): Insertion | null {
  if (spec === null) return null;
  const isMarked = spec.endsWith('!') || spec.endsWith('?');
  const optional = !spec.endsWith('!');
  return {
    name: isMarked ? spec.slice(0, -1) : spec,
    schema: type === 'TIMESTAMP' ? timestampSchema({ optional }) : schemaOf({ type, optional }),
    mapValue(record) {
      const value = read(record);
      return typeof value === 'number' ? BigInt(value) : value;
    },
    structValue(record) {
      const value = read(record);
      if (typeof value !== 'number' || type === 'INT32') return value;
      return type === 'TIMESTAMP' ? new Date(value) : BigInt(value);
    },
  };
}

function offsetOf(record: ConnectRecord): number {
  if ('kafkaOffset' in record && typeof record.kafkaOffset === 'number') return record.kafkaOffset;
  throw dataError(`Only SinkRecord supported for [${purpose}]: offset.field works in sink connectors only.`);
}
