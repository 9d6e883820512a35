import type { Schema } from '../../records/schema.ts';
import { Struct } from '../../records/struct.ts';
import { dataError } from '../converter-error.ts';
import type { ConnectSchemas, FieldPlace } from './connect-schemas.ts';
import { logicalReaders } from './logical-reading.ts';
import type { ProtoField, ProtoMessage } from './proto-model.ts';
import type { ProtobufOptions } from './protobuf-options.ts';
import { defaultOf, enumReader, scalarReader } from './scalar-reading.ts';
import { logicalKindOf, wrappedScalarOf } from './special-messages.ts';
import { WireProblem } from './wire-problem.ts';
import { WireReader, wireTypes } from './wire-reader.ts';

/** Reads one value; `before` is what the field holds already, which a message adds to. */
type ValueReader = (reader: WireReader, before: unknown) => unknown;

interface FieldReader {
  readonly name: string;
  readonly wireType: number;
  /** Also takes many values behind one length. */
  readonly isPackable: boolean;
  readonly read: (reader: WireReader, values: unknown[]) => void;
}

interface MessagePlan {
  /** Values of the fields that do not come. */
  template: readonly unknown[];
  readonly fields: Map<number, FieldReader>;
  /** Those with small numbers, which nearly all have: quicker than the map. */
  readonly smallFields: (FieldReader | undefined)[];
  /** Done to the values when a message ends. */
  readonly finish: ((values: unknown[]) => void)[];
}

const smallNumbers = 64;
const mostStructs = 10_000;

/** Marks a required field as missing until it comes. */
const missing = Symbol('missing');

/** Reads messages into structs; made once for the messages of one .proto text. */
export class MessageReader {
  readonly #schemas: ConnectSchemas;
  readonly #options: ProtobufOptions;
  readonly #plans = new Map<ProtoMessage, MessagePlan>();
  readonly #structCounts = new Map<ProtoMessage, number>();

  constructor(schemas: ConnectSchemas, options: ProtobufOptions) {
    this.#schemas = schemas;
    this.#options = options;
  }

  /** Reads a whole message, as far as the reader's end, into a value of this schema. */
  rootReader(message: ProtoMessage, schema: Schema): (reader: WireReader) => unknown {
    const scalar = this.#options.unwrapsRoot ? wrappedScalarOf(message) : undefined;
    const field = message.fields[0];
    if (scalar !== undefined && field !== undefined) return this.#wrapped(field);
    const plan = this.#planOf(message);
    return (reader) => {
      const struct = newStruct(schema, plan);
      readMessage(plan, reader, struct.values, 0);
      return struct;
    };
  }

  #planOf(message: ProtoMessage): MessagePlan {
    const made = this.#plans.get(message);
    if (made !== undefined) return made;
    const plan: MessagePlan = { template: [], fields: new Map(), smallFields: [], finish: [] };
    this.#plans.set(message, plan);
    const layout = this.#schemas.layoutOf(message);
    const template = new Array<unknown>(layout.schema.fields.length).fill(null);
    for (const place of layout.places) {
      plan.fields.set(place.field.number, this.#fieldReader(place));
      if (place.union === null) this.#setAbsent(place, template, plan);
    }
    plan.template = template;
    if (this.#options.flattensUnions) this.#clearRivals(message, layout.places, plan);
    for (let number = 0; number < smallNumbers; number++) plan.smallFields.push(plan.fields.get(number));
    return plan;
  }

  #setAbsent({ field, slot, schema }: FieldPlace, template: unknown[], plan: MessagePlan): void {
    if (field.isRepeated) {
      const isMap = field.type.kind === 'map';
      plan.finish.push((values) => {
        values[slot] ??= isMap ? new Map() : [];
      });
    } else if (field.isRequired) {
      template[slot] = missing;
      plan.finish.push((values) => {
        if (values[slot] === missing) throw new WireProblem(`the required field ${field.name} is missing`);
      });
    } else if (field.type.kind === 'message') {
      if (this.#options.makesStructsForNulls && field.oneof === null)
        this.#fillStruct(field.type, slot, schema, plan);
    } else if (field.oneof === null && !this.#isNullWhenAbsent(field)) {
      template[slot] = defaultOf(field, this.#options.readsEnumsAsIntegers);
    }
  }

  #isNullWhenAbsent(field: ProtoField): boolean {
    return field.isProto3Optional || (this.#options.keepsProto2Presence && field.hasOptionalKeyword);
  }

  /** A struct inside itself would never end, so that it stays null. */
  #fillStruct(message: ProtoMessage, slot: number, schema: Schema, plan: MessagePlan): void {
    if (schema.type !== 'STRUCT') return;
    const count = this.#structsIn(message, []);
    if (count === Number.POSITIVE_INFINITY) return;
    if (count > mostStructs) {
      throw dataError(
        `Protobuf message ${message.fullName}: too many messages inside for generate.struct.for.nulls`,
      );
    }
    const inner = this.#planOf(message);
    plan.finish.push((values) => {
      if (values[slot] !== null) return;
      const struct = newStruct(schema, inner);
      for (const finish of inner.finish) finish(struct.values);
      values[slot] = struct;
    });
  }

  /** How many structs a message without any bytes would become; infinitely many if one of them holds itself. */
  #structsIn(message: ProtoMessage, outer: readonly ProtoMessage[]): number {
    if (outer.includes(message)) return Number.POSITIVE_INFINITY;
    const known = this.#structCounts.get(message);
    if (known !== undefined) return known;
    let count = 1;
    for (const { type, isRepeated, oneof } of message.fields) {
      if (type.kind === 'message' && !isRepeated && oneof === null)
        count += this.#structsIn(type, [...outer, message]);
    }
    this.#structCounts.set(message, count);
    return count;
  }

  /** Without structs around them, the fields of a oneof still take each other's place. */
  #clearRivals(message: ProtoMessage, places: readonly FieldPlace[], plan: MessagePlan): void {
    for (const { fields } of message.oneofs) {
      const slots = new Map(places.map(({ field, slot }) => [field, slot]));
      for (const field of fields) {
        const own = plan.fields.get(field.number);
        const rivals = fields.filter((each) => each !== field).map((each) => slots.get(each) ?? -1);
        if (own === undefined) continue;
        const read = (reader: WireReader, values: unknown[]) => {
          for (const rival of rivals) values[rival] = null;
          own.read(reader, values);
        };
        plan.fields.set(field.number, { ...own, read });
      }
    }
  }

  #fieldReader(place: FieldPlace): FieldReader {
    const { field, slot, schema, union } = place;
    const { name, type } = field;
    if (type.kind === 'map') {
      const read = this.#mapReader(type.key, type.value, schema);
      return { name, wireType: wireTypes.bytes, isPackable: false, read: setter(slot, read) };
    }
    const item = field.isRepeated ? (schema.valueSchema ?? schema) : schema;
    const { wireType, read } = this.#singleReader(field, item);
    if (field.isRepeated) {
      const isPackable = wireType !== wireTypes.bytes && wireType !== wireTypes.startGroup;
      return { name, wireType, isPackable, read: adder(slot, read) };
    }
    const set = union === null ? setter(slot, read) : unionSetter(slot, union.schema, union.slot, read);
    return { name, wireType, isPackable: false, read: set };
  }

  #singleReader(
    field: ProtoField,
    schema: Schema,
  ): { readonly wireType: number; readonly read: ValueReader } {
    const { type } = field;
    if (type.kind === 'enum') return enumReader(type, this.#options.readsEnumsAsIntegers);
    if (type.kind === 'scalar') {
      const { wireType, read } = scalarReader(type.scalar, field.checksUtf8);
      return { wireType, read: narrowed(schema, read) };
    }
    if (type.kind === 'map') throw dataError(`Protobuf schema: ${field.fullName} cannot be a map`);
    if (field.isDelimited) return this.#groupReader(field, type, schema);
    const content = this.#contentReader(type, schema);
    return {
      wireType: wireTypes.bytes,
      read: (reader, before) => {
        const outerEnd = reader.enter();
        const value = content(reader, before);
        reader.leave(outerEnd);
        return value;
      },
    };
  }

  #groupReader(field: ProtoField, message: ProtoMessage, schema: Schema) {
    if (schema.type !== 'STRUCT') throw dataError(`Protobuf schema: ${field.fullName} cannot be a group`);
    const plan = this.#planOf(message);
    const read: ValueReader = (reader, before) => {
      const struct = before instanceof Struct ? before : newStruct(schema, plan);
      reader.enterGroup();
      readMessage(plan, reader, struct.values, field.number);
      reader.leaveGroup();
      return struct;
    };
    return { wireType: wireTypes.startGroup, read };
  }

  /** Reads the inside of a message as far as the reader's end. */
  #contentReader(message: ProtoMessage, schema: Schema): ValueReader {
    const logical = logicalKindOf(message);
    if (logical !== undefined) return logicalReaders[logical];
    const wrapped = schema.type === 'STRUCT' ? undefined : message.fields[0];
    if (wrapped !== undefined) return this.#wrapped(wrapped);
    const plan = this.#planOf(message);
    return (reader, before) => {
      const struct = before instanceof Struct ? before : newStruct(schema, plan);
      readMessage(plan, reader, struct.values, 0);
      return struct;
    };
  }

  #wrapped(field: ProtoField): (reader: WireReader) => unknown {
    const { type } = field;
    if (type.kind !== 'scalar') throw dataError(`Protobuf schema: ${field.fullName} is not a plain value`);
    const { wireType, read } = scalarReader(type.scalar, field.checksUtf8);
    const wanted = (field.number << 3) | wireType;
    const absent = defaultOf(field, false);
    return (reader) => {
      let value: unknown = absent;
      while (reader.position < reader.end) {
        const tag = reader.tag();
        if (tag === wanted) value = read(reader);
        else reader.skip(tag);
      }
      return value;
    };
  }

  #mapReader(keyField: ProtoField, valueField: ProtoField, schema: Schema): ValueReader {
    const keys = this.#singleReader(keyField, schema.keySchema ?? schema);
    const valueSchema = schema.valueSchema ?? schema;
    const items = this.#singleReader(valueField, valueSchema);
    const keyTag = (1 << 3) | keys.wireType;
    const itemTag = (2 << 3) | items.wireType;
    const absentKey = defaultOf(keyField, false);
    const absentItem = this.#absentItem(valueField, valueSchema);
    return (reader, before) => {
      const map = before instanceof Map ? before : new Map<unknown, unknown>();
      const outerEnd = reader.enter();
      let key: unknown = absentKey;
      let item: unknown = null;
      let isKnown = true;
      while (reader.position < reader.end) {
        const tag = reader.tag();
        if (tag === keyTag) key = keys.read(reader, null);
        else if (tag !== itemTag) reader.skip(tag);
        else {
          item = items.read(reader, item);
          isKnown = item !== undefined;
        }
      }
      if (isKnown) map.set(key, item ?? absentItem());
      reader.leave(outerEnd);
      return map;
    };
  }

  /** What an entry without a value means: a default, and of a message one without fields. */
  #absentItem(field: ProtoField, schema: Schema): () => unknown {
    const { type } = field;
    const absent = defaultOf(field, this.#options.readsEnumsAsIntegers);
    if (type.kind !== 'message') return () => absent;
    const content = this.#contentReader(type, schema);
    return () => content(new WireReader(Buffer.alloc(0), 0, 0), null);
  }
}

function newStruct(schema: Schema, plan: MessagePlan): Struct {
  const struct = new Struct(schema);
  for (let slot = 0; slot < plan.template.length; slot++) struct.values[slot] = plan.template[slot];
  return struct;
}

/** As far as the reader's end; a group (its number is not 0) as far as its end tag. */
function readMessage(plan: MessagePlan, reader: WireReader, values: unknown[], group: number): void {
  let isOpen = group !== 0;
  while (reader.position < reader.end) {
    const tag = reader.tag();
    const wireType = tag & 7;
    const number = tag >>> 3;
    const field = number < smallNumbers ? plan.smallFields[number] : plan.fields.get(number);
    if (isOpen && wireType === wireTypes.endGroup && number === group) {
      isOpen = false;
      break;
    }
    if (field === undefined) reader.skip(tag);
    else if (wireType === field.wireType) readField(field, reader, values);
    else if (wireType === wireTypes.bytes && field.isPackable) readPacked(field, reader, values);
    else reader.skip(tag);
  }
  if (isOpen) throw new WireProblem('the bytes end too early');
  for (const finish of plan.finish) finish(values);
}

function readField(field: FieldReader, reader: WireReader, values: unknown[]): void {
  try {
    field.read(reader, values);
  } catch (error) {
    if (error instanceof WireProblem) error.path.unshift(field.name);
    throw error;
  }
}

function readPacked(field: FieldReader, reader: WireReader, values: unknown[]): void {
  const outerEnd = reader.end;
  const length = reader.length();
  reader.end = reader.position + length;
  while (reader.position < reader.end) readField(field, reader, values);
  reader.end = outerEnd;
}

function setter(slot: number, read: ValueReader): FieldReader['read'] {
  return (reader, values) => {
    const value = read(reader, values[slot]);
    if (value !== undefined) values[slot] = value;
  };
}

function adder(slot: number, read: ValueReader): FieldReader['read'] {
  return (reader, values) => {
    const value = read(reader, null);
    if (value === undefined) return;
    const list = values[slot];
    if (Array.isArray(list)) list.push(value);
    else values[slot] = [value];
  };
}

function unionSetter(
  slot: number,
  schema: Schema,
  memberSlot: number,
  read: ValueReader,
): FieldReader['read'] {
  return (reader, values) => {
    const before = values[slot];
    const value = read(reader, before instanceof Struct ? before.values[memberSlot] : null);
    if (value === undefined) return;
    const union = new Struct(schema);
    union.values[memberSlot] = value;
    values[slot] = union;
  };
}

/** INT8 and INT16 are written as int32, which may hold more. */
function narrowed(schema: Schema, read: (reader: WireReader) => unknown): (reader: WireReader) => unknown {
  if (schema.type !== 'INT8' && schema.type !== 'INT16') return read;
  const most = schema.type === 'INT8' ? 0x7f : 0x7fff;
  return (reader) => {
    const value = read(reader);
    if (typeof value === 'number' && value <= most && value >= -most - 1) return value;
    throw new WireProblem(`the value does not fit into ${schema.type}`);
  };
}
