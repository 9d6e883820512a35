import { RecursiveSchema } from '../../records/recursive-schema.ts';
import type { Schema } from '../../records/schema.ts';
import { type SchemaSpec, schemaOf } from '../../records/schema-of.ts';
import { logicalNames } from '../../records/validate-value.ts';
import type { ProtoEnum, ProtoField, ProtoMessage, ProtoOneof, ScalarType } from './proto-model.ts';
import {
  enumParameterOf,
  generalUnionParameter,
  type ProtobufOptions,
  precisionParameter,
  tagParameter,
  typeParameter,
  unionName,
} from './protobuf-options.ts';
import { connectTypes, type LogicalKind, logicalKindOf, wrappedScalarOf } from './special-messages.ts';

/** Where the value of a Protobuf field belongs in a struct. */
export interface FieldPlace {
  readonly field: ProtoField;
  readonly slot: number;
  readonly schema: Schema;
  /** Struct of the oneof, whose slot it is, and the slot inside; null: the field stands for itself. */
  readonly union: { readonly schema: Schema; readonly slot: number } | null;
}

export interface StructLayout {
  /** Of the message as such; where it is used, its parameters differ. */
  readonly schema: Schema;
  readonly places: readonly FieldPlace[];
}

type Unplaced = Omit<SchemaSpec, 'optional'>;

const plainTypes: ReadonlySet<ScalarType> = new Set(['int32', 'int64']);

/** Connect's schemas for the messages of one .proto text. */
export class ConnectSchemas {
  readonly #options: ProtobufOptions;
  readonly #layouts = new Map<ProtoMessage, StructLayout>();
  readonly #underWay = new Set<ProtoMessage>();

  constructor(options: ProtobufOptions) {
    this.#options = options;
  }

  /** Of a whole message; `version` is that of the registry. */
  rootOf(message: ProtoMessage, version: number | null): Schema {
    const scalar = this.#options.unwrapsRoot ? wrappedScalarOf(message) : undefined;
    if (scalar !== undefined) return schemaOf({ type: connectTypes[scalar], version });
    const { schema } = this.layoutOf(message);
    return schemaOf({ type: 'STRUCT', name: schema.name, version, fields: schema.fields });
  }

  layoutOf(message: ProtoMessage): StructLayout {
    let layout = this.#layouts.get(message);
    if (layout === undefined) {
      this.#underWay.add(message);
      layout = this.#makeLayout(message);
      this.#underWay.delete(message);
      this.#layouts.set(message, layout);
    }
    return layout;
  }

  #makeLayout(message: ProtoMessage): StructLayout {
    const fields: { readonly name: string; readonly schema: Schema }[] = [];
    const places: FieldPlace[] = [];
    const add = (field: ProtoField) => {
      const schema = this.#fieldSchema(field);
      places.push({ field, slot: fields.length, schema, union: null });
      fields.push({ name: field.name, schema });
    };
    for (const oneof of message.oneofs) {
      if (this.#options.flattensUnions) {
        for (const field of oneof.fields) add(field);
        continue;
      }
      const union = this.#unionSchema(oneof);
      for (const [slot, field] of oneof.fields.entries()) {
        const schema = union.fields[slot]?.schema ?? union;
        places.push({ field, slot: fields.length, schema, union: { schema: union, slot } });
      }
      fields.push({ name: this.#unionField(oneof), schema: union });
    }
    for (const field of message.fields) if (field.oneof === null) add(field);
    return { schema: schemaOf({ type: 'STRUCT', name: this.#nameOf(message), fields }), places };
  }

  #unionField(oneof: ProtoOneof): string {
    return this.#options.numbersUnions ? `${oneof.name}_${oneof.index}` : oneof.name;
  }

  #unionSchema(oneof: ProtoOneof): Schema {
    const fields = oneof.fields.map((field) => ({ name: field.name, schema: this.#fieldSchema(field) }));
    if (this.#options.generalizesSumTypes) {
      const parameters = { [generalUnionParameter]: oneof.name };
      return schemaOf({ type: 'STRUCT', optional: true, name: oneof.name, parameters, fields });
    }
    return schemaOf({ type: 'STRUCT', optional: true, name: `${unionName}.${this.#nameOf(oneof)}`, fields });
  }

  #fieldSchema(field: ProtoField): Schema {
    const parameters = { [tagParameter]: String(field.number) };
    if (field.isRepeated && field.type.kind !== 'map') {
      const valueSchema = this.#schemaOfType(field, {}, true);
      return schemaOf({ type: 'ARRAY', optional: true, parameters, valueSchema });
    }
    return this.#schemaOfType(field, parameters, this.#isOptional(field));
  }

  #isOptional(field: ProtoField): boolean {
    if (field.type.kind !== 'scalar' || field.oneof !== null) return true;
    return this.#options.labelsNullables ? field.hasOptionalKeyword : !this.#options.wrapsNullables;
  }

  #schemaOfType(field: ProtoField, parameters: Readonly<Record<string, string>>, optional: boolean): Schema {
    const { type } = field;
    if (type.kind === 'message' && this.#underWay.has(type) && this.#isStruct(type)) {
      const target = () => this.layoutOf(type).schema;
      return new RecursiveSchema({ optional: true, parameters: nullIfEmpty(parameters), target });
    }
    const spec = this.#specOf(field);
    return schemaOf({
      ...spec,
      optional,
      parameters: nullIfEmpty({ ...spec.parameters, ...parameters }),
    });
  }

  #specOf(field: ProtoField): Unplaced {
    const { type } = field;
    switch (type.kind) {
      case 'scalar':
        return scalarSpec(type.scalar, field.params);
      case 'enum':
        return this.#enumSpec(type);
      case 'map':
        return {
          type: 'MAP',
          name: mapName(field, this.#options.keepsPackages),
          keySchema: this.#fieldSchema(type.key),
          valueSchema: this.#fieldSchema(type.value),
        };
      case 'message': {
        const logical = logicalKindOf(type);
        if (logical !== undefined) return logicalSpec(logical, field.params);
        const scalar = this.#options.wrapsNullables ? wrappedScalarOf(type) : undefined;
        if (scalar !== undefined) return { type: connectTypes[scalar] };
        const { schema } = this.layoutOf(type);
        return { type: 'STRUCT', name: schema.name, fields: schema.fields };
      }
    }
  }

  #isStruct(message: ProtoMessage): boolean {
    return logicalKindOf(message) === undefined;
  }

  #enumSpec(type: ProtoEnum): Unplaced {
    const parameter = enumParameterOf(this.#options);
    const parameters: Record<string, string> = { [parameter]: type.name };
    for (const { name, number } of type.values) parameters[`${parameter}.${name}`] = String(number);
    return {
      type: this.#options.readsEnumsAsIntegers ? 'INT32' : 'STRING',
      name: this.#nameOf(type),
      parameters,
    };
  }

  #nameOf(type: { readonly name: string; readonly fullName: string }): string {
    return this.#options.keepsPackages ? type.fullName : type.name;
  }
}

function scalarSpec(scalar: ScalarType, params: ReadonlyMap<string, string>): Unplaced {
  const type = connectTypes[scalar];
  if (type === 'INT32') {
    const connectType = params.get('connect.type');
    if (connectType === 'int8') return { type: 'INT8' };
    if (connectType === 'int16') return { type: 'INT16' };
  }
  if ((type !== 'INT32' && type !== 'INT64') || plainTypes.has(scalar)) return { type };
  return { type, parameters: { [typeParameter]: scalar } };
}

function logicalSpec(kind: LogicalKind, params: ReadonlyMap<string, string>): Unplaced {
  if (kind === 'decimal') {
    const precision = integerText(params.get('precision'));
    const parameters = {
      scale: integerText(params.get('scale')) ?? '0',
      ...(precision === undefined ? {} : { [precisionParameter]: precision }),
    };
    return { type: 'BYTES', name: logicalNames.decimal, version: 1, parameters };
  }
  return { type: kind === 'timestamp' ? 'INT64' : 'INT32', name: logicalNames[kind], version: 1 };
}

function integerText(text: string | undefined): string | undefined {
  return text !== undefined && /^[+-]?\d{1,9}$/.test(text) ? String(Number(text)) : undefined;
}

/** The Java converter takes the name of a map from that of its entries, which compilers make out of the field's. */
function mapName(field: ProtoField, keepsPackages: boolean): string {
  const { name, fullName } = field;
  const entry = name.includes('_') ? upperCamel(name) : name;
  const scope = keepsPackages ? fullName.slice(0, fullName.length - name.length) : '';
  return `${scope}${entry}`.replace(/(?!^)[A-Z]/g, '_$&').toLowerCase();
}

function upperCamel(name: string): string {
  return name
    .split('_')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase())
    .join('');
}

function nullIfEmpty(parameters: Readonly<Record<string, string>>): Readonly<Record<string, string>> | null {
  return Object.keys(parameters).length === 0 ? null : parameters;
}
