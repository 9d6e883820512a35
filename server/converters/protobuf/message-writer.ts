import { schemasEqual } from '../../records/equality.ts';
import type { Schema } from '../../records/schema.ts';
import { Struct } from '../../records/struct.ts';
import { kindOf } from '../../records/validate-value.ts';
import { dataError } from '../converter-error.ts';
import type { ByteWriter } from '../schema-registry/byte-writer.ts';
import { isUnion } from './connect-unions.ts';
import { logicalWriters } from './logical-writing.ts';
import type { ProtoField, ProtoMessage } from './proto-model.ts';
import type { ProtobufOptions } from './protobuf-options.ts';
import { zeroOf } from './scalar-reading.ts';
import { enumWriter, type ScalarWriter, scalarWriter } from './scalar-writing.ts';
import { scrubName } from './scrub-name.ts';
import { isLogicalSchema, logicalKindOf, wrappedScalarOf } from './special-messages.ts';
import { WireProblem } from './wire-problem.ts';
import { wireTypes } from './wire-reader.ts';
import { beginNested, endNested, writeUnsigned } from './wire-writing.ts';

type ValueWriter = (value: unknown, out: ByteWriter) => void;

interface SlotWriter {
  readonly name: string;
  readonly number: number;
  readonly slot: number;
  /** Of a union: which of its fields; null: the field stands for itself. */
  readonly memberSlot: number | null;
  readonly whenNull: unknown;
  readonly isRequired: boolean;
  readonly write: ValueWriter;
}

interface MessagePlan {
  slots: readonly SlotWriter[];
  /** Slots of which one at most may hold a value: members of a oneof without a struct around them. */
  rivals: readonly (readonly number[])[];
  readonly schema: Schema;
  readonly accepted: WeakSet<Schema>;
}

const deepest = 100;

/** Writes structs as messages: fields by their names, in the order of their numbers. */
export class MessageWriter {
  readonly #options: ProtobufOptions;
  readonly #plans = new Map<Schema, Map<ProtoMessage, MessagePlan>>();
  #depth = 0;

  constructor(options: ProtobufOptions) {
    this.#options = options;
  }

  /** Writes a value of this schema as a whole message. Throws a `data` error for what can never be written. */
  rootWriter(message: ProtoMessage, schema: Schema): ValueWriter {
    if (schema.type !== 'STRUCT' || isLogicalSchema(schema)) {
      const writer = this.#wrapperContent(message, schema);
      if (writer !== null) return writer;
      throw dataError(`Protobuf message ${message.fullName}: cannot hold ${described(schema)}`);
    }
    const plan = this.#planOf(message, schema);
    return (value, out) => {
      this.#depth = 0;
      this.#writeStruct(plan, value, out);
    };
  }

  #planOf(message: ProtoMessage, schema: Schema): MessagePlan {
    let ofSchema = this.#plans.get(schema);
    if (ofSchema === undefined) {
      ofSchema = new Map();
      this.#plans.set(schema, ofSchema);
    }
    const made = ofSchema.get(message);
    if (made !== undefined) return made;
    const plan: MessagePlan = { slots: [], rivals: [], schema, accepted: new WeakSet([schema]) };
    ofSchema.set(message, plan);
    const slots = schema.fields.flatMap((field) =>
      isUnion(field.schema)
        ? field.schema.fields.map((member) => this.#slotWriter(message, member, field.index))
        : [this.#slotWriter(message, field, null)],
    );
    plan.slots = slots.toSorted((left, right) => left.number - right.number);
    plan.rivals = message.oneofs
      .map(({ fields }) => slots.filter((slot) => isPlainMember(slot, fields)).map(({ slot }) => slot))
      .filter((group) => group.length > 1);
    requireAllRequired(message, slots);
    return plan;
  }

  /** `unionSlot`: where the struct of the union is that the field belongs to. */
  #slotWriter(
    message: ProtoMessage,
    { name, index, schema }: { readonly name: string; readonly index: number; readonly schema: Schema },
    unionSlot: number | null,
  ): SlotWriter {
    const wanted = this.#options.scrubsNames ? scrubName(name) : name;
    const field = message.fields.find((each) => each.name === wanted);
    if (field === undefined) {
      throw dataError(
        `Protobuf message ${message.fullName}: has no field ${wanted} for the value of ${name}`,
      );
    }
    const ignoresDefault = this.#options.ignoresDefaults && schema.optional;
    return {
      name,
      number: field.number,
      slot: unionSlot ?? index,
      memberSlot: unionSlot === null ? null : index,
      whenNull: ignoresDefault ? null : (schema.default ?? null),
      isRequired: field.isRequired,
      write: this.#fieldWriter(field, schema),
    };
  }

  #fieldWriter(field: ProtoField, schema: Schema): ValueWriter {
    if (field.type.kind === 'map') return this.#mapWriter(field, field.type.key, field.type.value, schema);
    if (field.isRepeated) return this.#listWriter(field, schema);
    const scalar = this.#scalarWriter(field, schema);
    if (scalar === null) return this.#messageWriter(field, schema);
    const tag = (field.number << 3) | scalar.wireType;
    const { is, write } = scalar;
    if (field.hasPresence) {
      return (value, out) => {
        writeUnsigned(out, tag);
        write(value, out);
      };
    }
    const silent = defaultOnWire(field);
    return (value, out) => {
      if (is(value, silent)) return;
      writeUnsigned(out, tag);
      write(value, out);
    };
  }

  /** null: the field is a message. */
  #scalarWriter(field: ProtoField, schema: Schema): ScalarWriter | null {
    const { type } = field;
    if (type.kind !== 'scalar' && type.kind !== 'enum') return null;
    if (!isLogicalSchema(schema)) {
      const writer = type.kind === 'enum' ? enumWriter(type, schema) : scalarWriter(type.scalar, schema);
      if (writer !== null) return writer;
    }
    throw misfit(field, schema);
  }

  #listWriter(field: ProtoField, schema: Schema): ValueWriter {
    const item = schema.type === 'ARRAY' ? schema.valueSchema : null;
    if (item === null) throw misfit(field, schema);
    const scalar = this.#scalarWriter(field, item);
    if (scalar === null) {
      const write = this.#messageWriter(field, item);
      return (value, out) => {
        for (const each of requireList(value)) write(requireItem(each), out);
      };
    }
    const { write } = scalar;
    if (!field.isPacked) {
      const tag = (field.number << 3) | scalar.wireType;
      return (value, out) => {
        for (const each of requireList(value)) {
          writeUnsigned(out, tag);
          write(requireItem(each), out);
        }
      };
    }
    const tag = (field.number << 3) | wireTypes.bytes;
    return (value, out) => {
      const items = requireList(value);
      if (items.length === 0) return;
      writeUnsigned(out, tag);
      const start = beginNested(out);
      for (const each of items) write(requireItem(each), out);
      endNested(out, start);
    };
  }

  #mapWriter(field: ProtoField, key: ProtoField, item: ProtoField, schema: Schema): ValueWriter {
    const { keySchema, valueSchema } = schema;
    if (schema.type !== 'MAP' || keySchema === null || valueSchema === null) throw misfit(field, schema);
    const writeKey = this.#fieldWriter(key, keySchema);
    const writeItem = this.#fieldWriter(item, valueSchema);
    const tag = (field.number << 3) | wireTypes.bytes;
    return (value, out) => {
      if (!(value instanceof Map)) throw new WireProblem(`a Map is expected, but this is ${kindOf(value)}`);
      for (const [each, content] of value) {
        if (each === null || each === undefined) throw new WireProblem('a key of a map cannot be null');
        writeUnsigned(out, tag);
        const start = beginNested(out);
        writeKey(each, out);
        if (content !== null && content !== undefined) writeItem(content, out);
        else if (!valueSchema.optional) throw new WireProblem('a value of a map is null, and not optional');
        endNested(out, start);
      }
    };
  }

  #messageWriter(field: ProtoField, schema: Schema): ValueWriter {
    const { type } = field;
    if (type.kind !== 'message') throw misfit(field, schema);
    const write = this.#contentWriter(field, type, schema);
    if (field.isDelimited) {
      return (value, out) => {
        writeUnsigned(out, (field.number << 3) | wireTypes.startGroup);
        write(value, out);
        writeUnsigned(out, (field.number << 3) | wireTypes.endGroup);
      };
    }
    const tag = (field.number << 3) | wireTypes.bytes;
    return (value, out) => {
      writeUnsigned(out, tag);
      const start = beginNested(out);
      write(value, out);
      endNested(out, start);
    };
  }

  #contentWriter(field: ProtoField, message: ProtoMessage, schema: Schema): ValueWriter {
    if (isLogicalSchema(schema)) {
      const kind = logicalKindOf(message);
      if (kind !== undefined && isLogicalSchema(schema, kind)) return logicalWriters[kind];
      throw misfit(field, schema);
    }
    if (schema.type === 'STRUCT') {
      const plan = this.#planOf(message, schema);
      return (value, out) => this.#writeStruct(plan, value, out);
    }
    const writer = this.#wrapperContent(message, schema);
    if (writer === null) throw misfit(field, schema);
    return writer;
  }

  /** The one field of a wrapper; null: the message is none. */
  #wrapperContent(message: ProtoMessage, schema: Schema): ValueWriter | null {
    const value = message.fields[0];
    if (wrappedScalarOf(message) === undefined || value === undefined || isLogicalSchema(schema)) return null;
    return this.#fieldWriter(value, schema);
  }

  #writeStruct(plan: MessagePlan, value: unknown, out: ByteWriter): void {
    const { values } = requireStruct(plan, value);
    if (++this.#depth > deepest) throw new WireProblem(`structs are nested more than ${deepest} deep`);
    for (const rivals of plan.rivals) requireOneAtMost(rivals, values);
    for (const slot of plan.slots) writeSlot(slot, values, out);
    this.#depth -= 1;
  }
}

function writeSlot(slot: SlotWriter, values: readonly unknown[], out: ByteWriter): void {
  const inSlot = values[slot.slot] ?? null;
  const value = slot.memberSlot === null ? inSlot : memberOf(inSlot, slot.memberSlot);
  const written = value ?? (slot.memberSlot === null ? slot.whenNull : null);
  try {
    if (written !== null) slot.write(written, out);
    else if (slot.isRequired) throw new WireProblem('the field is required, but null');
  } catch (error) {
    if (error instanceof WireProblem) error.path.unshift(slot.name);
    throw error;
  }
}

/** The value of a union if it is in this slot. */
function memberOf(union: unknown, slot: number): unknown {
  if (union === null) return null;
  if (!(union instanceof Struct)) throw new WireProblem(`a Struct is expected, but this is ${kindOf(union)}`);
  const held = union.values.findIndex((each) => each !== null && each !== undefined);
  if (held < 0) throw new WireProblem('no field of the union has a value');
  if (union.values.findLastIndex((each) => each !== null && each !== undefined) !== held) {
    throw new WireProblem('more than one field of the union has a value');
  }
  return held === slot ? union.values[slot] : null;
}

function requireStruct(plan: MessagePlan, value: unknown): Struct {
  if (!(value instanceof Struct)) throw new WireProblem(`a Struct is expected, but this is ${kindOf(value)}`);
  if (!plan.accepted.has(value.schema)) {
    if (!schemasEqual(value.schema, plan.schema)) throw new WireProblem('the Struct has another schema');
    plan.accepted.add(value.schema);
  }
  return value;
}

function requireOneAtMost(rivals: readonly number[], values: readonly unknown[]): void {
  const held = rivals.filter((slot) => values[slot] !== null && values[slot] !== undefined);
  if (held.length > 1) throw new WireProblem('more than one field of a oneof has a value');
}

function requireAllRequired(message: ProtoMessage, slots: readonly SlotWriter[]): void {
  const given = new Set(slots.map(({ number }) => number));
  const absent = message.fields.find(({ isRequired, number }) => isRequired && !given.has(number));
  if (absent === undefined) return;
  throw dataError(`Protobuf message ${message.fullName}: no field for the required ${absent.name}`);
}

function isPlainMember(slot: SlotWriter, fields: readonly ProtoField[]): boolean {
  return slot.memberSlot === null && fields.some(({ number }) => number === slot.number);
}

function requireList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new WireProblem(`an array is expected, but this is ${kindOf(value)}`);
}

function requireItem(value: unknown): unknown {
  if (value === null || value === undefined)
    throw new WireProblem('an element is null, which no list can hold');
  return value;
}

/** What is not written, as nobody could tell it from a field that is not there. */
function defaultOnWire({ default: given, type }: ProtoField): ProtoField['default'] {
  if (given !== undefined) return given;
  return type.kind === 'scalar'
    ? zeroOf(type.scalar)
    : type.kind === 'enum'
      ? type.values[0]?.number
      : undefined;
}

function misfit(field: ProtoField, schema: Schema): Error {
  return dataError(`Protobuf field ${field.fullName}: cannot hold ${described(schema)}`);
}

function described(schema: Schema): string {
  return schema.name === null ? schema.type : `${schema.type} ${schema.name}`;
}
