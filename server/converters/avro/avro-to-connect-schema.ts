import { isConnectError } from '../../errors/connect-error.ts';
import { logicalNames } from '../../records/logical-types.ts';
import { RecursiveSchema } from '../../records/recursive-schema.ts';
import type { Schema } from '../../records/schema.ts';
import { schemaOf } from '../../records/schema-of.ts';
import { dataError } from '../converter-error.ts';
import type { JsonNode } from '../json/json-node.ts';
import {
  type AvroDataOptions,
  avroNamespace,
  connectEnumDoc,
  connectProps,
  connectRecordDoc,
  deepestSchema,
  enumDefaultPrefix,
  enumDocPrefix,
  fieldDefaultParameter,
  fieldDocPrefix,
  fixedSizeParameter,
  generalizedUnion,
  mapEntryName,
  recordDocParameter,
  unionName,
} from './avro-data-options.ts';
import { defaultValueOf, isGivenDefault } from './avro-default-value.ts';
import {
  type AvroEnum,
  type AvroRecord,
  type AvroSchema,
  type AvroUnion,
  avroSimpleName,
  isAvroNamed,
  nullableBranch,
} from './avro-schema.ts';
import { jsonOf } from './avro-schema-text.ts';
import { enumParameterOf } from './connect-sum-types.ts';
import {
  addDecimal,
  addLogical,
  addName,
  addParameters,
  addVersion,
  intTypeOf,
  isText,
  newDraft,
  type SchemaDraft,
} from './schema-draft.ts';

/** Most schemas that one Avro schema may unfold into: each use of a name counts again. */
const mostSchemas = 100_000;

/** What is asked for beside the Avro schema: where it stands decides. */
interface Place {
  readonly optional: boolean;
  readonly depth: number;
  /** Of the field that has this schema. */
  readonly default?: JsonNode | undefined;
  readonly doc?: string | null;
  readonly version?: number | null;
}

interface DoneRecord {
  readonly schema: Schema;
  /** How many schemas it unfolds into. */
  readonly schemas: number;
}

/**
 * The Connect schema that the Java converter makes of an Avro schema. `version` is that of the subject, for schemas
 * that do not say one themselves. Throws a `data` error for what Connect cannot hold.
 */
export function connectSchemaOf(avro: AvroSchema, version: number | null, options: AvroDataOptions): Schema {
  return new ConnectSchemaBuilder(options).build(avro, { optional: false, version, depth: 0 });
}

/** Whether the items of an array are entries of a map whose keys are no strings. */
export function isMapEntry(schema: AvroSchema): schema is AvroRecord {
  return (
    schema.type === 'record' &&
    (schema.name === `${avroNamespace}.${mapEntryName}` ||
      schema.props.get(connectProps.internalType) === mapEntryName)
  );
}

/** A record's schema while it is made. */
interface SchemaUnderWay {
  schema: Schema | null;
}

class ConnectSchemaBuilder {
  readonly #options: AvroDataOptions;
  readonly #begun = new Map<AvroRecord, SchemaUnderWay>();
  /** Records that hold nothing of the place where they stand, so that names used often are built once. */
  readonly #done = new Map<AvroRecord, Map<string, DoneRecord>>();
  #cycles = 0;
  #schemas = 0;
  #unions = 0;

  constructor(options: AvroDataOptions) {
    this.#options = options;
  }

  build(avro: AvroSchema, place: Place): Schema {
    if (place.depth > deepestSchema)
      throw dataError(`Avro schema nested deeper than ${deepestSchema} levels.`);
    if (++this.#schemas > mostSchemas) throw dataError(`Avro schema unfolds into more than ${mostSchemas}.`);
    const nullable = nullableBranch(avro);
    if (nullable !== null) {
      return this.#member(nullable, { optional: true, doc: place.doc ?? null, depth: place.depth });
    }
    if (avro.type === 'union' && avro.branches.length === 1 && this.#options.flattensSingletonUnions) {
      const [only = avro] = avro.branches;
      return this.#member(only, place);
    }
    if (avro.type !== 'record') return this.#finished(avro, place, this.#draft(avro, place.depth));
    return this.#record(avro, place);
  }

  #record(avro: AvroRecord, place: Place): Schema {
    if (this.#begun.has(avro)) {
      throw dataError(`Record ${avro.name} needs itself as a value, which no value could ever fulfil.`);
    }
    const doc = this.#options.discardsTypeDocAndDefault ? (place.doc ?? null) : null;
    const key = `${place.optional}/${doc ?? ''}`;
    const isPlain = place.default === undefined && (place.version ?? null) === null;
    const done = this.#done.get(avro) ?? new Map<string, DoneRecord>();
    const found = isPlain ? done.get(key) : undefined;
    if (found !== undefined) {
      this.#schemas += found.schemas;
      return found.schema;
    }
    const cycles = this.#cycles;
    const before = this.#schemas;
    const underWay: SchemaUnderWay = { schema: null };
    this.#begun.set(avro, underWay);
    const schema = this.#finished(avro, place, this.#draft(avro, place.depth));
    underWay.schema = schema;
    this.#begun.delete(avro);
    // What refers to a record that is not complete yet belongs to the place where it stands.
    if (isPlain && cycles === this.#cycles) {
      this.#done.set(avro, done.set(key, { schema, schemas: this.#schemas - before }));
    }
    return schema;
  }

  /** What stands where a schema may contain itself: in arrays, maps and unions. */
  #member(avro: AvroSchema, place: Place): Schema {
    const begun = avro.type === 'record' ? this.#begun.get(avro) : undefined;
    if (begun === undefined) return this.build(avro, place);
    this.#cycles++;
    return new RecursiveSchema({ optional: place.optional, target: () => begun.schema });
  }

  #draft(avro: AvroSchema, depth: number): SchemaDraft {
    const draft = newDraft();
    const logicalType = avro.props.get('logicalType');
    switch (avro.type) {
      case 'boolean':
        draft.type = 'BOOLEAN';
        break;
      case 'bytes':
      case 'fixed':
        draft.type = 'BYTES';
        if (isText(logicalType, 'decimal')) addDecimal(draft, avro);
        if (avro.type === 'fixed') draft.parameters.set(fixedSizeParameter, String(avro.size));
        break;
      case 'double':
        draft.type = 'FLOAT64';
        break;
      case 'float':
        draft.type = 'FLOAT32';
        break;
      case 'int':
        draft.type = intTypeOf(avro);
        if (isText(logicalType, 'date')) addLogical(draft, logicalNames.date);
        else if (isText(logicalType, 'time-millis')) addLogical(draft, logicalNames.time);
        break;
      case 'long':
        draft.type = 'INT64';
        if (isText(logicalType, 'timestamp-millis')) addLogical(draft, logicalNames.timestamp);
        break;
      case 'string':
        break;
      case 'array':
        this.#addItems(draft, avro.items, depth + 1);
        break;
      case 'map':
        draft.type = 'MAP';
        draft.keySchema = stringSchema;
        draft.valueSchema = this.#member(avro.values, { optional: false, depth: depth + 1 });
        break;
      case 'record':
        this.#addFields(draft, avro, depth + 1);
        break;
      case 'enum':
        this.#addSymbols(draft, avro);
        break;
      case 'union':
        this.#addBranches(draft, avro, depth + 1);
        break;
      case 'null':
        throw dataError('Connect has no schema for null alone; Avro may use it in unions only.');
    }
    return draft;
  }

  #addItems(draft: SchemaDraft, items: AvroSchema, depth: number): void {
    if (!isMapEntry(items)) {
      draft.type = 'ARRAY';
      draft.valueSchema = this.#member(items, { optional: false, depth });
      return;
    }
    const key = items.fields.find((field) => field.name === 'key');
    const value = items.fields.find((field) => field.name === 'value');
    if (items.fields.length !== 2 || key === undefined || value === undefined) {
      throw dataError(
        `Record ${items.name} says it is an entry of a map but has not just a key and a value.`,
      );
    }
    draft.type = 'MAP';
    draft.keySchema = this.#member(key.schema, { optional: false, depth });
    draft.valueSchema = this.#member(value.schema, { optional: false, depth });
  }

  #addFields(draft: SchemaDraft, avro: AvroRecord, depth: number): void {
    draft.type = 'STRUCT';
    const keepsDocs = this.#options.writesMetaData && !this.#options.discardsTypeDocAndDefault;
    if (keepsDocs && avro.doc !== null) draft.parameters.set(recordDocParameter, avro.doc);
    for (const field of avro.fields) {
      if (keepsDocs && field.doc !== null) draft.parameters.set(fieldDocPrefix + field.name, field.doc);
      const schema = this.build(field.schema, {
        optional: false,
        default: field.default,
        doc: field.doc,
        depth,
      });
      draft.fields.push({ name: field.name, schema });
    }
  }

  #addSymbols(draft: SchemaDraft, avro: AvroEnum): void {
    const { generalizesSumTypes, writesMetaData, discardsTypeDocAndDefault } = this.#options;
    const simple = avroSimpleName(avro.name);
    if (writesMetaData && avro.doc !== null) {
      draft.parameters.set(discardsTypeDocAndDefault ? connectEnumDoc : enumDocPrefix + simple, avro.doc);
    }
    if (writesMetaData && avro.default !== null && !discardsTypeDocAndDefault) {
      draft.parameters.set(enumDefaultPrefix + simple, avro.default);
    }
    const parameter = enumParameterOf(this.#options);
    draft.parameters.set(parameter, avro.name);
    for (const [index, symbol] of avro.symbols.entries()) {
      draft.parameters.set(`${parameter}.${symbol}`, generalizesSumTypes ? String(index) : symbol);
    }
  }

  #addBranches(draft: SchemaDraft, avro: AvroUnion, depth: number): void {
    draft.type = 'STRUCT';
    const { generalizesSumTypes, keepsEnums } = this.#options;
    draft.name = generalizesSumTypes ? `connect_union_${this.#unions++}` : unionName;
    if (generalizesSumTypes) draft.parameters.set(generalizedUnion, draft.name);
    for (const [index, branch] of avro.branches.entries()) {
      if (branch.type === 'null') {
        draft.optional = true;
        continue;
      }
      let name: string = branch.type;
      if (isAvroNamed(branch)) name = keepsEnums ? branch.name : avroSimpleName(branch.name);
      if (generalizesSumTypes) name = `connect_union_field_${index}`;
      if (draft.fields.some((field) => field.name === name)) {
        throw dataError(
          `Two branches of a union are both ${name}; enhanced.avro.schema.support=true parts them.`,
        );
      }
      draft.fields.push({ name, schema: this.#member(branch, { optional: true, depth }) });
    }
  }

  #finished(avro: AvroSchema, place: Place, draft: SchemaDraft): Schema {
    this.#addDoc(avro, place, draft);
    addVersion(avro, place.version ?? null, draft);
    if (this.#options.writesMetaData) addParameters(avro, draft);
    for (const [name, value] of avro.props) {
      if (name.startsWith('avro'))
        draft.parameters.set(name, typeof value === 'string' ? value : jsonOf(value));
    }
    const fallback = this.#defaultOf(avro, place, draft);
    addName(avro, draft);
    if (place.optional) draft.optional = true;
    const parameters = draft.parameters.size === 0 ? null : Object.fromEntries(draft.parameters);
    const schema = schemaOf({ ...draft, parameters });
    if (fallback === undefined) return schema;
    try {
      const value = defaultValueOf(avro, schema, fallback);
      return value === null ? schema : schemaOf({ ...draft, parameters, default: value });
    } catch (error) {
      // A default that does not fit is as good as none, as in Java.
      if (isConnectError(error) && error.code === 'data') return schema;
      throw error;
    }
  }

  #addDoc(avro: AvroSchema, place: Place, draft: SchemaDraft): void {
    const connectDoc = avro.props.get(connectProps.doc);
    const ownDoc = isAvroNamed(avro) ? avro.doc : null;
    if (!this.#options.discardsTypeDocAndDefault) {
      if (this.#options.writesMetaData && typeof connectDoc === 'string') draft.doc = connectDoc;
      return;
    }
    draft.doc = place.doc ?? ownDoc ?? (typeof connectDoc === 'string' ? connectDoc : null);
    if (this.#options.writesMetaData && ownDoc !== null) draft.parameters.set(connectRecordDoc, ownDoc);
  }

  /** The default of the field comes before the one that a Connect schema left behind. */
  #defaultOf(avro: AvroSchema, place: Place, draft: SchemaDraft): JsonNode | undefined {
    const connectDefault = avro.props.get(connectProps.default);
    const ofField = place.default;
    if (ofField === undefined || !isGivenDefault(avro, ofField)) return connectDefault;
    const { discardsTypeDocAndDefault, writesMetaData } = this.#options;
    if (!discardsTypeDocAndDefault && writesMetaData && connectDefault === undefined) {
      draft.parameters.set(fieldDefaultParameter, 'true');
    }
    return ofField;
  }
}

const stringSchema = schemaOf({ type: 'STRING' });
