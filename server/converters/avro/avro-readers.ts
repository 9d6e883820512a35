import { Decimal } from '../../records/decimal.ts';
import { logicalNames } from '../../records/logical-types.ts';
import { dateFromDays, decimalScaleOf, timeFromMs, timestampFromMs } from '../../records/logical-values.ts';
import type { Field, Schema } from '../../records/schema.ts';
import { Struct } from '../../records/struct.ts';
import { dataError } from '../converter-error.ts';
import { type AvroDataOptions, deepestValue } from './avro-data-options.ts';
import type { AvroInput } from './avro-input.ts';
import { type AvroRecord, type AvroSchema, type AvroUnion, nullableBranch } from './avro-schema.ts';
import { isMapEntry } from './avro-to-connect-schema.ts';

export type AvroValueReader = (input: AvroInput) => unknown;

/**
 * Reads what an Avro schema wrote into values of the Connect schema that was made of it: one function a schema, built
 * once, that goes over the bytes once.
 */
export class AvroReaders {
  readonly #records = new Map<readonly Field[], RecordReader>();
  readonly #leastBytes = new Map<AvroSchema, number>();
  readonly #flattensSingletonUnions: boolean;

  constructor(options: AvroDataOptions) {
    this.#flattensSingletonUnions = options.flattensSingletonUnions;
  }

  of(avro: AvroSchema, schema: Schema, place: string): AvroValueReader {
    switch (avro.type) {
      case 'null':
        return () => null;
      case 'boolean':
        return (input) => input.boolean();
      case 'int':
        return intReader(schema, place);
      case 'long':
        return schema.name === logicalNames.timestamp ? timestampOf : (input) => input.long();
      case 'float':
        return (input) => input.float();
      case 'double':
        return (input) => input.double();
      case 'string':
        return (input) => input.string();
      case 'bytes':
        if (schema.name === logicalNames.decimal) {
          const scale = decimalScaleOf(schema);
          return (input) => new Decimal(input.unscaled(input.length()), scale);
        }
        return (input) => input.bytes(input.length());
      case 'fixed': {
        const { size } = avro;
        if (schema.name === logicalNames.decimal) {
          const scale = decimalScaleOf(schema);
          return (input) => new Decimal(input.unscaled(size), scale);
        }
        return (input) => input.bytes(size);
      }
      case 'enum': {
        const { symbols, name } = avro;
        return (input) => {
          const symbol = symbols[input.int()];
          if (symbol === undefined)
            throw dataError(`Avro data has no such symbol of enum ${name} (${place}).`);
          return symbol;
        };
      }
      case 'array':
        return this.#array(avro.items, schema, place);
      case 'map':
        return this.#map(avro.values, schema, place);
      case 'union':
        return this.#union(avro, schema, place);
      case 'record':
        return this.#record(avro, schema, place);
    }
  }

  #array(items: AvroSchema, schema: Schema, place: string): AvroValueReader {
    const { keySchema, valueSchema } = schema;
    if (valueSchema === null) throw dataError(`An array has no schema of its items (${place}).`);
    const leastBytes = this.#leastBytesOf(items);
    if (keySchema !== null && isMapEntry(items)) {
      const parts = items.fields.map((field) =>
        this.of(field.schema, field.name === 'key' ? keySchema : valueSchema, `${place}.${field.name}`),
      );
      const [first = readNull, second = readNull] = parts;
      const isKeyFirst = items.fields[0]?.name === 'key';
      return (input) => {
        const map = new Map<unknown, unknown>();
        let before = 0;
        for (;;) {
          const count = input.blockCount(leastBytes, before);
          if (count === 0) return map;
          before += count;
          for (let i = 0; i < count; i++) {
            const one = first(input);
            const other = second(input);
            map.set(isKeyFirst ? one : other, isKeyFirst ? other : one);
          }
        }
      };
    }
    const read = this.of(items, valueSchema, `${place}[]`);
    return (input) => {
      const list: unknown[] = [];
      for (;;) {
        const count = input.blockCount(leastBytes, list.length);
        if (count === 0) return list;
        for (let i = 0; i < count; i++) list.push(read(input));
      }
    };
  }

  #map(values: AvroSchema, schema: Schema, place: string): AvroValueReader {
    if (schema.valueSchema === null) throw dataError(`A map has no schema of its values (${place}).`);
    const read = this.of(values, schema.valueSchema, `${place}{}`);
    return (input) => {
      const map = new Map<string, unknown>();
      for (;;) {
        // Each key takes a byte at least, so that no number of entries is free.
        const count = input.blockCount(1, 0);
        if (count === 0) return map;
        for (let i = 0; i < count; i++) {
          const key = input.string();
          map.set(key, read(input));
        }
      }
    };
  }

  #union(avro: AvroUnion, schema: Schema, place: string): AvroValueReader {
    const nullable = nullableBranch(avro);
    if (nullable !== null) {
      const read = this.of(nullable, schema, place);
      const nullIndex = avro.branches[0] === nullable ? 1 : 0;
      return (input) => {
        const index = input.int();
        if (index === nullIndex) return null;
        if (index !== 1 - nullIndex) throw noBranch(place);
        return read(input);
      };
    }
    const [only] = avro.branches;
    const isFlat = avro.branches.length === 1 && this.#flattensSingletonUnions;
    let fields = 0;
    const readers = avro.branches.map((branch) => {
      if (isFlat && branch === only) return this.of(branch, schema, place);
      return branch.type === 'null' ? readNull : this.#branch(branch, schema, fields++, place);
    });
    return (input) => {
      const read = readers[input.int()];
      if (read === undefined) throw noBranch(place);
      return read(input);
    };
  }

  /** The branch that was written decides, not the type of the value: branches may look alike. */
  #branch(branch: AvroSchema, schema: Schema, index: number, place: string): AvroValueReader {
    const field = schema.fields[index];
    if (field === undefined) throw noBranch(place);
    const read = this.of(branch, field.schema, place === '' ? field.name : `${place}.${field.name}`);
    return (input) => {
      const struct = new Struct(schema);
      struct.values[index] = read(input);
      return struct;
    };
  }

  #record(avro: AvroRecord, schema: Schema, place: string): AvroValueReader {
    const begun = this.#records.get(schema.fields);
    if (begun !== undefined) return begun.isDone ? begun.read(schema) : begun.nested(schema);
    const reader = new RecordReader();
    this.#records.set(schema.fields, reader);
    reader.fields = schema.fields.map((field, index) => {
      const avroField = avro.fields[index];
      if (avroField === undefined) throw dataError(`Record ${avro.name} lacks field ${field.name}.`);
      return this.of(avroField.schema, field.schema, place === '' ? field.name : `${place}.${field.name}`);
    });
    reader.isDone = true;
    return reader.read(schema);
  }

  /** Bytes that a value takes at least; a record within itself counts as one. */
  #leastBytesOf(avro: AvroSchema): number {
    if (avro.type === 'null') return 0;
    if (avro.type === 'fixed') return avro.size;
    if (avro.type === 'float') return 4;
    if (avro.type === 'double') return 8;
    if (avro.type !== 'record') return 1;
    const known = this.#leastBytes.get(avro);
    if (known !== undefined) return known;
    this.#leastBytes.set(avro, 1);
    const bytes = avro.fields.reduce((sum, field) => sum + this.#leastBytesOf(field.schema), 0);
    this.#leastBytes.set(avro, bytes);
    return bytes;
  }
}

class RecordReader {
  fields: readonly AvroValueReader[] = [];
  isDone = false;

  read(schema: Schema): AvroValueReader {
    const fields = this.fields;
    const count = fields.length;
    return (input) => {
      const values = new Array<unknown>(count);
      for (let i = 0; i < count; i++) values[i] = fields[i]?.(input);
      return new Struct(schema, undefined, values);
    };
  }

  /** For a record within itself: its fields are known only later, and its depth is the data's. */
  nested(schema: Schema): AvroValueReader {
    let read: AvroValueReader | null = null;
    return (input) => {
      if (++input.depth > deepestValue)
        throw dataError(`Avro data is nested deeper than ${deepestValue} levels.`);
      read ??= this.read(schema);
      const value = read(input);
      input.depth--;
      return value;
    };
  }
}

const readNull: AvroValueReader = () => null;

function intReader(schema: Schema, place: string): AvroValueReader {
  if (schema.name === logicalNames.date) return (input) => dayOf(input.int(), place);
  if (schema.name === logicalNames.time) return (input) => timeFromMs(input.int());
  if (schema.type === 'INT32') return (input) => input.int();
  const largest = schema.type === 'INT8' ? 0x7f : 0x7fff;
  return (input) => {
    const value = input.int();
    if (value > largest || value < -largest - 1) {
      throw dataError(`Avro data has an int that does not fit ${schema.type} (${place}).`);
    }
    return value;
  };
}

function timestampOf(input: AvroInput): Date {
  const ms = input.longOrNumber();
  return typeof ms === 'number' ? new Date(ms) : timestampFromMs(ms);
}

/** Farther than 100 million days from 1970 a Date holds nothing. */
function dayOf(days: number, place: string): Date {
  if (Math.abs(days) > 100_000_000) throw dataError(`Avro data has a date out of all reach (${place}).`);
  return dateFromDays(days);
}

function noBranch(place: string): Error {
  return dataError(`Avro data has no such branch of the union${place === '' ? '' : ` ${place}`}.`);
}
