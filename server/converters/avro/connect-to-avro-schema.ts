import { schemasEqual } from '../../records/equality.ts';
import type { Field, Schema, SchemaType } from '../../records/schema.ts';
import { logicalNames } from '../../records/validate-value.ts';
import { dataError } from '../converter-error.ts';
import type { JsonNode } from '../json/json-node.ts';
import { anythingSchema } from './anything-schema.ts';
import {
  type AvroDataOptions,
  avroNamespace,
  connectEnumDoc,
  connectProps,
  connectRecordDoc,
  deepestSchema,
  defaultPrecision,
  defaultRecordName,
  enumDefaultPrefix,
  enumDocPrefix,
  fieldDefaultParameter,
  fieldDocPrefix,
  fixedSizeParameter,
  mapEntryName,
  precisionParameter,
  recordDocParameter,
} from './avro-data-options.ts';
import {
  type AvroEnum,
  type AvroField,
  type AvroFixed,
  type AvroPrimitiveType,
  type AvroRecord,
  type AvroSchema,
  avroBranchName,
  avroPrimitive,
  avroSimpleName,
  avroUnion,
  isAvroName,
} from './avro-schema.ts';
import { avroSchemaText } from './avro-schema-text.ts';
import { isAvroDefault, jsonOfDefault } from './connect-default-json.ts';
import {
  enumParameterOf,
  isAvroMapSchema,
  isFixedSchema,
  isUnionSchema,
  isWrittenAsEnum,
  parameterOf,
} from './connect-sum-types.ts';
import { scrubFullName, scrubName } from './scrub-name.ts';

const unnamedEntry = `${avroNamespace}.${mapEntryName}`;
const primitives: Partial<Readonly<Record<SchemaType, AvroPrimitiveType>>> = {
  INT8: 'int',
  INT16: 'int',
  INT32: 'int',
  INT64: 'long',
  FLOAT32: 'float',
  FLOAT64: 'double',
  BOOLEAN: 'boolean',
  STRING: 'string',
  BYTES: 'bytes',
};

/** The Avro schema that the Java converter makes of a Connect schema; null stands for data without a schema. */
export function avroSchemaOf(schema: Schema | null, options: AvroDataOptions): AvroSchema {
  return schema === null ? anythingSchema : new AvroSchemaBuilder(options).build(schema, 0);
}

class AvroSchemaBuilder {
  readonly #options: AvroDataOptions;
  /** Required schemas that are done: each is defined once, and referred to from then on. */
  readonly #done = new Map<string, { readonly schema: Schema; readonly avro: AvroSchema }[]>();
  /** Records by the fields they are made of, from when they are begun: a schema may contain itself. */
  readonly #records = new Map<readonly Field[], AvroRecord>();
  /** Entries of maps without a name, by what they are. */
  readonly #entries = new Map<string, AvroRecord>();
  #unnamed = 0;

  constructor(options: AvroDataOptions) {
    this.#options = options;
  }

  build(schema: Schema | null, depth: number): AvroSchema {
    if (schema === null) return anythingSchema;
    if (depth > deepestSchema) {
      throw dataError(
        `The schema is nested deeper than ${deepestSchema} levels; Avro's JSON has an end there.`,
      );
    }
    if (isUnionSchema(schema)) return this.#union(schema, depth);
    if (!schema.optional) return this.#required(schema, depth);
    const branch = this.#required(schema, depth);
    const hasDefault = schema.default !== undefined && schema.type !== 'STRUCT';
    return avroUnion(hasDefault ? [branch, avroPrimitive('null')] : [avroPrimitive('null'), branch]);
  }

  /** The schema as if it were required. */
  #required(schema: Schema, depth: number): AvroSchema {
    if (schema.type === 'STRUCT') {
      const begun = this.#records.get(schema.fields);
      if (begun !== undefined) return begun;
    }
    const key = `${schema.type}/${schema.name}`;
    const known = this.#done.get(key) ?? [];
    const found = known.find((each) => equalButForOptional(each.schema, schema));
    if (found !== undefined) return found.avro;
    const avro = this.#bare(schema, depth);
    if (this.#options.writesMetaData) this.#addMetaData(schema, avro);
    addLogicalType(schema, avro);
    for (const [name, value] of Object.entries(schema.parameters ?? {})) {
      if (name.startsWith('avro') && !this.#isLeftOut(name)) avro.props.set(name, value);
    }
    known.push({ schema, avro });
    this.#done.set(key, known);
    return avro;
  }

  #isLeftOut(parameter: string): boolean {
    return parameter === 'avro.java.string' && this.#options.removesJavaProperties;
  }

  #bare(schema: Schema, depth: number): AvroSchema {
    const primitive = primitives[schema.type];
    if (schema.type === 'STRING' && isWrittenAsEnum(schema, this.#options)) return this.#enum(schema);
    if (primitive !== undefined) {
      const bare = isFixedSchema(schema) ? this.#fixed(schema) : avroPrimitive(primitive);
      if (schema.type === 'BYTES' && isNamed(schema, logicalNames.decimal)) {
        bare.props.set('scale', BigInt(scaleOf(schema)));
        bare.props.set('precision', BigInt(precisionOf(schema)));
      }
      return bare;
    }
    if (schema.type === 'STRUCT') return this.#record(schema, depth);
    if (schema.type === 'ARRAY') {
      return { type: 'array', items: this.build(schema.valueSchema, depth + 1), props: new Map() };
    }
    if (isAvroMapSchema(schema, this.#options)) {
      return { type: 'map', values: this.build(schema.valueSchema, depth + 1), props: new Map() };
    }
    return { type: 'array', items: this.#mapEntry(schema, depth), props: new Map() };
  }

  #union(schema: Schema, depth: number): AvroSchema {
    const branches: AvroSchema[] = schema.optional ? [avroPrimitive('null')] : [];
    for (const field of schema.fields) {
      if (isUnionSchema(field.schema)) throw dataError('A union cannot stand in a union in Avro.');
      const branch = this.#required(field.schema, depth + 1);
      if (branches.some((other) => avroBranchName(other) === avroBranchName(branch))) {
        throw dataError(`A union cannot have ${avroBranchName(branch)} twice (field ${field.name}).`);
      }
      branches.push(branch);
    }
    return avroUnion(branches);
  }

  #record(schema: Schema, depth: number): AvroRecord {
    const discards = this.#options.discardsTypeDocAndDefault;
    const record = newRecord(
      this.#nameOf(schema),
      parameterOf(schema, discards ? connectRecordDoc : recordDocParameter),
    );
    this.#records.set(schema.fields, record);
    const names = new Set<string>();
    for (const field of schema.fields) {
      const name = scrubName(field.name, this.#options);
      if (!isAvroName(name)) throw wrongName(field.name, 'field');
      if (names.has(name)) throw dataError(`Two fields of ${record.name} are both ${name} in Avro.`);
      names.add(name);
      const doc = discards ? null : parameterOf(schema, fieldDocPrefix + field.name);
      record.fields.push(this.#field(name, field.schema, doc, depth + 1));
    }
    return record;
  }

  #mapEntry(schema: Schema, depth: number): AvroRecord {
    if (schema.keySchema === null || schema.valueSchema === null) {
      throw dataError('A map needs schemas of its keys and values to be written in Avro.');
    }
    const name = schema.name === null ? null : this.#nameOf(schema);
    const fields = [
      this.#field('key', schema.keySchema, null, depth + 1),
      this.#field('value', schema.valueSchema, null, depth + 1),
    ];
    const named = (given: string): AvroRecord => ({ ...newRecord(given, null), fields });
    if (name !== null) {
      const record = named(name);
      record.props.set(connectProps.internalType, mapEntryName);
      return record;
    }
    const text = avroSchemaText(named(`${unnamedEntry}0`));
    const known = this.#entries.get(text);
    if (known !== undefined) return known;
    // Entries of a second kind need a name of their own, and then say what they are.
    const record = named(
      this.#entries.size === 0 ? unnamedEntry : `${unnamedEntry}${this.#entries.size + 1}`,
    );
    if (this.#entries.size > 0) record.props.set(connectProps.internalType, mapEntryName);
    this.#entries.set(text, record);
    return record;
  }

  #field(name: string, schema: Schema, doc: string | null, depth: number): AvroField {
    const avro = this.build(schema, depth);
    let fallback: JsonNode | undefined;
    if (schema.default !== undefined) fallback = jsonOfDefault(schema, schema.default, this.#options);
    else if (schema.optional) fallback = null;
    return {
      name,
      schema: avro,
      doc: this.#options.discardsTypeDocAndDefault ? schema.doc : doc,
      // A default that Avro does not take, such as a struct where null comes first, is left out.
      default: fallback !== undefined && isAvroDefault(avro, fallback) ? fallback : undefined,
      order: null,
      aliases: [],
      props: new Map(),
    };
  }

  #enum(schema: Schema): AvroEnum {
    const parameter = enumParameterOf(this.#options);
    const name = parameterOf(schema, parameter);
    if (name === null) throw dataError(`Enum ${schema.name ?? ''} has no parameter ${parameter}.`);
    const symbols = Object.keys(schema.parameters ?? {})
      .filter((each) => each.startsWith(`${parameter}.`))
      .map((each) => each.slice(parameter.length + 1));
    const wrong = [avroSimpleName(name), ...symbols].find((each) => !isAvroName(each));
    if (wrong !== undefined) throw wrongName(wrong, 'enum or symbol');
    const simple = avroSimpleName(this.#nameOf(schema));
    const discards = this.#options.discardsTypeDocAndDefault;
    const fallback = discards ? null : parameterOf(schema, enumDefaultPrefix + simple);
    if (fallback !== null && !symbols.includes(fallback)) {
      throw dataError(`The default of enum ${name} is none of its symbols.`);
    }
    return {
      type: 'enum',
      name,
      symbols,
      default: fallback,
      doc: parameterOf(schema, discards ? connectEnumDoc : enumDocPrefix + simple),
      aliases: [],
      props: new Map(),
    };
  }

  #fixed(schema: Schema): AvroFixed {
    const size = wholeNumber(schema, fixedSizeParameter);
    return { type: 'fixed', name: this.#nameOf(schema), size, doc: null, aliases: [], props: new Map() };
  }

  #nameOf(schema: Schema): string {
    if (schema.name === null) {
      this.#unnamed++;
      return this.#unnamed > 1 ? `${defaultRecordName}${this.#unnamed}` : defaultRecordName;
    }
    const name = scrubFullName(schema.name, this.#options);
    if ((schema.type === 'STRUCT' || schema.type === 'MAP') && !isAvroName(avroSimpleName(name))) {
      throw wrongName(schema.name, 'schema');
    }
    return name;
  }

  #addMetaData(schema: Schema, avro: AvroSchema): void {
    const props = avro.props;
    const discards = this.#options.discardsTypeDocAndDefault;
    if (schema.doc !== null) props.set(connectProps.doc, schema.doc);
    if (schema.version !== null) props.set(connectProps.version, BigInt(schema.version));
    const parameters = Object.entries(schema.parameters ?? {}).filter(
      ([name]) => (discards || name !== fieldDefaultParameter) && !this.#isLeftOut(name),
    );
    if (parameters.length > 0) props.set(connectProps.parameters, new Map(parameters));
    if (schema.default !== undefined && (discards || parameterOf(schema, fieldDefaultParameter) === null)) {
      props.set(connectProps.default, jsonOfDefault(schema, schema.default, this.#options));
    }
    if (schema.name !== null) props.set(connectProps.name, schema.name);
    if (schema.type === 'INT8') props.set(connectProps.type, 'int8');
    if (schema.type === 'INT16') props.set(connectProps.type, 'int16');
  }
}

/** Logical types are known by name, in upper or lower case, as in Java. */
function addLogicalType(schema: Schema, avro: AvroSchema): void {
  if (isNamed(schema, logicalNames.decimal)) avro.props.set('logicalType', 'decimal');
  else if (isNamed(schema, logicalNames.time)) avro.props.set('logicalType', 'time-millis');
  else if (isNamed(schema, logicalNames.timestamp)) avro.props.set('logicalType', 'timestamp-millis');
  else if (isNamed(schema, logicalNames.date)) avro.props.set('logicalType', 'date');
}

function newRecord(name: string, doc: string | null): AvroRecord {
  return { type: 'record', name, isError: false, doc, aliases: [], fields: [], props: new Map() };
}

function isNamed(schema: Schema, name: string): boolean {
  return schema.name !== null && schema.name.toLowerCase() === name.toLowerCase();
}

function scaleOf(schema: Schema): number {
  return wholeNumber(schema, 'scale');
}

function precisionOf(schema: Schema): number {
  return parameterOf(schema, precisionParameter) === null
    ? defaultPrecision
    : wholeNumber(schema, precisionParameter);
}

function wholeNumber(schema: Schema, parameter: string): number {
  const text = parameterOf(schema, parameter) ?? '';
  if (!/^[+-]?\d{1,9}$/.test(text)) {
    throw dataError(`Parameter ${parameter} of schema ${schema.name ?? schema.type} is no whole number.`);
  }
  return Number(text);
}

function equalButForOptional(left: Schema, right: Schema): boolean {
  if (left === right) return true;
  if (left.optional === right.optional) return schemasEqual(left, right);
  return schemasEqual(new RequiredSchema(left), new RequiredSchema(right));
}

/** A view of a schema that leaves out whether it is optional. */
class RequiredSchema implements Schema {
  readonly type: SchemaType;
  readonly optional = false;
  readonly default: unknown;
  readonly name: string | null;
  readonly version: number | null;
  readonly doc: string | null;
  readonly parameters: Readonly<Record<string, string>> | null;
  readonly fields: readonly Field[];
  readonly keySchema: Schema | null;
  readonly valueSchema: Schema | null;

  constructor(schema: Schema) {
    this.type = schema.type;
    this.default = schema.default;
    this.name = schema.name;
    this.version = schema.version;
    this.doc = schema.doc;
    this.parameters = schema.parameters;
    this.fields = schema.fields;
    this.keySchema = schema.keySchema;
    this.valueSchema = schema.valueSchema;
  }

  field(name: string): Field | undefined {
    return this.fields.find((field) => field.name === name);
  }
}

function wrongName(name: string, of: string): Error {
  return dataError(
    `'${name.slice(0, 100)}' cannot be the name of a ${of} in Avro; set scrub.invalid.names=true or rename it.`,
  );
}
