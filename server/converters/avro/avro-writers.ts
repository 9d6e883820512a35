import { schemasEqual } from '../../records/equality.ts';
import type { Field, Schema } from '../../records/schema.ts';
import { Struct } from '../../records/struct.ts';
import { dataError } from '../converter-error.ts';
import type { ByteWriter } from '../schema-registry/byte-writer.ts';
import { isAnythingSchema } from './anything-schema.ts';
import { writeAnything } from './anything-value.ts';
import { type AvroDataOptions, deepestValue } from './avro-data-options.ts';
import { defaultBytes } from './avro-default-bytes.ts';
import { at, writeByte, writeInt, writeLongNumber, writeRaw, writeString } from './avro-output.ts';
import { type AvroValueWriter, scalarWriter, wrongValue } from './avro-scalar-writers.ts';
import {
  type AvroArray,
  type AvroField,
  type AvroMap,
  type AvroRecord,
  type AvroSchema,
  type AvroUnion,
  avroBranchName,
} from './avro-schema.ts';
import { isMapEntry } from './avro-to-connect-schema.ts';
import { branchOfField, branchOfSchema } from './avro-union-branch.ts';
import { isUnionSchema } from './connect-sum-types.ts';
import { scrubName } from './scrub-name.ts';

/**
 * Writes values of a Connect schema as an Avro schema says: one function a schema, built once. The Avro schema may be
 * another than the one that would be made of the Connect schema: fields are found by name, those that are missing get
 * their defaults, and whatever does not fit is a `data` error when the function is built.
 */
export class AvroWriters {
  readonly #options: AvroDataOptions;
  readonly #records = new Map<readonly Field[], Map<AvroRecord, AvroValueWriter | null>>();
  #depth = 0;

  constructor(options: AvroDataOptions) {
    this.#options = options;
  }

  /** Before each value: an error may have left it deep inside. */
  reset(): void {
    this.#depth = 0;
  }

  of(schema: Schema | null, avro: AvroSchema, place: string): AvroValueWriter {
    if (schema === null) {
      if (!isAnythingSchema(avro)) {
        throw dataError(`Data without a schema cannot be written as ${avroBranchName(avro)}${at(place)}.`);
      }
      return (value, out) => writeAnything(value, out);
    }
    if (avro.type === 'union') {
      return isUnionSchema(schema) ? this.#union(schema, avro, place) : this.#branch(schema, avro, place);
    }
    if (avro.type === 'record' && schema.type === 'STRUCT') return this.#record(schema, avro, place);
    if (avro.type === 'array' && schema.type === 'ARRAY') return this.#array(schema, avro, place);
    if (avro.type === 'array' && schema.type === 'MAP') return this.#entries(schema, avro, place);
    if (avro.type === 'map' && schema.type === 'MAP') return this.#map(schema, avro, place);
    const scalar = scalarWriter(schema, avro, place);
    if (scalar === null) throw unfit(schema, avro, place);
    return scalar;
  }

  /** The default of a field where its value is null, as a Struct's `get` has it. */
  #withDefault(schema: Schema, write: AvroValueWriter): AvroValueWriter {
    const fallback = schema.default;
    if (fallback === undefined || (schema.optional && this.#options.ignoresDefaultForNullables)) return write;
    return (value, out) => write(value ?? fallback, out);
  }

  #branch(schema: Schema, avro: AvroUnion, place: string): AvroValueWriter {
    const index = branchOfSchema(schema, avro, this.#options);
    const branch = avro.branches[index];
    if (branch === undefined) throw unfit(schema, avro, place);
    const write = this.of(schema, branch, place);
    const nullIndex = schema.optional ? avro.branches.findIndex((each) => each.type === 'null') : -1;
    return (value, out) => {
      if (value === null || value === undefined) {
        if (nullIndex < 0) throw wrongValue(value, schema, place);
        writeInt(out, nullIndex);
      } else {
        writeInt(out, index);
        write(value, out);
      }
    };
  }

  #union(schema: Schema, avro: AvroUnion, place: string): AvroValueWriter {
    const nullIndex = schema.optional ? avro.branches.findIndex((each) => each.type === 'null') : -1;
    const writers = schema.fields.map((field) => {
      const index = branchOfField(field, avro, this.#options);
      const branch = avro.branches[index];
      const path = within(place, field.name);
      if (branch === undefined) throw unfit(field.schema, avro, path);
      const write = this.of(field.schema, branch, path);
      const fallback = this.#options.ignoresDefaultForNullables ? null : (field.schema.default ?? null);
      return { index, write, fallback };
    });
    const isOfSchema = schemaCheck(schema);
    return (value, out) => {
      if (value !== null && value !== undefined) {
        if (!(value instanceof Struct) || !isOfSchema(value)) throw wrongValue(value, schema, place);
        for (const [position, { index, write, fallback }] of writers.entries()) {
          const branch = value.values[position] ?? fallback;
          if (branch === null) continue;
          writeInt(out, index);
          write(branch, out);
          return;
        }
      }
      if (nullIndex < 0) throw wrongValue(null, schema, place);
      writeInt(out, nullIndex);
    };
  }

  #record(schema: Schema, avro: AvroRecord, place: string): AvroValueWriter {
    const known = this.#records.get(schema.fields) ?? new Map<AvroRecord, AvroValueWriter | null>();
    this.#records.set(schema.fields, known);
    const begun = known.get(avro);
    if (begun === null) return this.#nested(known, avro);
    if (begun !== undefined) return begun;
    known.set(avro, null);
    const writers: AvroValueWriter[] = [];
    const positions: number[] = [];
    for (const avroField of avro.fields) {
      const field = this.#fieldFor(schema, avroField);
      const path = within(place, avroField.name);
      positions.push(field?.index ?? -1);
      if (field === undefined) writers.push(missingField(avroField, path));
      else writers.push(this.#withDefault(field.schema, this.of(field.schema, avroField.schema, path)));
    }
    const write = recordWriter(schema, writers, positions, place);
    known.set(avro, write);
    return write;
  }

  /** For a record within itself: what writes it is known only later, and its depth is the data's. */
  #nested(known: ReadonlyMap<AvroRecord, AvroValueWriter | null>, avro: AvroRecord): AvroValueWriter {
    return (value, out) => {
      if (++this.#depth > deepestValue) throw dataError(`Data is nested deeper than ${deepestValue} levels.`);
      known.get(avro)?.(value, out);
      this.#depth--;
    };
  }

  #fieldFor(schema: Schema, avro: AvroField): Field | undefined {
    const byName = schema.field(avro.name);
    if (byName !== undefined && !this.#options.scrubsNames) return byName;
    const scrubbed = schema.fields.find((field) => scrubName(field.name, this.#options) === avro.name);
    if (scrubbed !== undefined) return scrubbed;
    return schema.fields.find((field) => avro.aliases.includes(field.name));
  }

  #array(schema: Schema, avro: AvroArray, place: string): AvroValueWriter {
    const write = this.of(schema.valueSchema, avro.items, `${place}[]`);
    return (value, out) => {
      if (!Array.isArray(value)) throw wrongValue(value, schema, place);
      if (value.length > 0) writeLongNumber(out, value.length);
      for (const item of value) write(item, out);
      writeByte(out, 0);
    };
  }

  #entries(schema: Schema, avro: AvroArray, place: string): AvroValueWriter {
    const [first, second] = avro.items.type === 'record' ? avro.items.fields : [];
    if (!isMapEntry(avro.items) || first === undefined || second === undefined) {
      throw unfit(schema, avro, place);
    }
    const isKeyFirst = first.name === 'key';
    const [firstSchema, secondSchema] = isKeyFirst
      ? [schema.keySchema, schema.valueSchema]
      : [schema.valueSchema, schema.keySchema];
    const writeFirst = this.of(firstSchema, first.schema, `${place}.${first.name}`);
    const writeSecond = this.of(secondSchema, second.schema, `${place}.${second.name}`);
    return (value, out) => {
      if (!(value instanceof Map)) throw wrongValue(value, schema, place);
      if (value.size > 0) writeLongNumber(out, value.size);
      for (const [key, item] of value) {
        writeFirst(isKeyFirst ? key : item, out);
        writeSecond(isKeyFirst ? item : key, out);
      }
      writeByte(out, 0);
    };
  }

  #map(schema: Schema, avro: AvroMap, place: string): AvroValueWriter {
    if (schema.keySchema?.type !== 'STRING') throw unfit(schema, avro, place);
    const keySchema = schema.keySchema;
    const write = this.of(schema.valueSchema, avro.values, `${place}{}`);
    return (value, out) => {
      if (!(value instanceof Map)) throw wrongValue(value, schema, place);
      if (value.size > 0) writeLongNumber(out, value.size);
      for (const [key, item] of value) {
        if (typeof key !== 'string') throw wrongValue(key, keySchema, `${place}{}`);
        writeString(out, key, place);
        write(item, out);
      }
      writeByte(out, 0);
    };
  }
}

function recordWriter(
  schema: Schema,
  writers: readonly AvroValueWriter[],
  positions: readonly number[],
  place: string,
): AvroValueWriter {
  const isOfSchema = schemaCheck(schema);
  const count = writers.length;
  return (value, out) => {
    if (!(value instanceof Struct) || !isOfSchema(value)) throw wrongValue(value, schema, place);
    const values = value.values;
    for (let i = 0; i < count; i++) writers[i]?.(values[positions[i] ?? 0], out);
  };
}

/**
 * Structs mostly have the very schema they are written with, or one other with the same fields. What else a schema says
 * may differ: a struct within a schema that contains it, or that is a default, cannot say it.
 */
function schemaCheck(schema: Schema): (struct: Struct) => boolean {
  let last = schema;
  return (struct) => {
    if (struct.schema === last) return true;
    if (struct.schema !== schema && !haveSameFields(struct.schema, schema)) {
      throw dataError(
        `A struct has another schema than its field: ${struct.schema.name ?? 'STRUCT'} instead of ${schema.name ?? 'STRUCT'}.`,
      );
    }
    last = struct.schema;
    return true;
  };
}

function haveSameFields(left: Schema, right: Schema): boolean {
  if (left.fields === right.fields) return true;
  return (
    left.name === right.name &&
    left.fields.length === right.fields.length &&
    left.fields.every((field, index) => {
      const other = right.fields[index];
      return field.name === other?.name && schemasEqual(field.schema, other.schema);
    })
  );
}

function missingField(avro: AvroField, place: string): AvroValueWriter {
  if (avro.default === undefined) {
    throw dataError(`The data has no field for ${place}, which has no default in the Avro schema.`);
  }
  const bytes = defaultBytes(avro.schema, avro.default, place);
  return (_value: unknown, out: ByteWriter) => writeRaw(out, bytes);
}

function within(place: string, name: string): string {
  return place === '' ? name : `${place}.${name}`;
}

function unfit(schema: Schema, avro: AvroSchema, place: string): Error {
  const name = schema.name === null ? schema.type : `${schema.name} (${schema.type})`;
  return dataError(`${name} cannot be written as Avro's ${avroBranchName(avro)}${at(place)}.`);
}
