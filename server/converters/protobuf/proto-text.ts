import { RecursiveSchema } from '../../records/recursive-schema.ts';
import type { Field, Schema } from '../../records/schema.ts';
import { dataError } from '../converter-error.ts';
import { isUnion } from './connect-unions.ts';
import { fieldNumbers } from './field-numbers.ts';
import { enumText } from './proto-text-enums.ts';
import { ProtoTextNames } from './proto-text-names.ts';
import { enumParameterIn, metaOption, scalarOf, wrappableOf } from './proto-text-types.ts';
import { generalUnionParameter, type ProtobufOptions, unionName } from './protobuf-options.ts';
import { hasSameFields } from './same-fields.ts';
import {
  isLogicalSchema,
  type LogicalKind,
  logicalMessages,
  wrapperOf,
  wrappersPath,
} from './special-messages.ts';

const deepest = 32;
const keyScalars: ReadonlySet<string> = new Set([
  'int32',
  'sint32',
  'sfixed32',
  'int64',
  'uint64',
  'sint64',
  'fixed64',
  'sfixed64',
  'uint32',
  'fixed32',
  'bool',
  'string',
]);
const logicalKinds: readonly LogicalKind[] = ['decimal', 'date', 'time', 'timestamp'];

/** A message while it is written. */
interface MessageScope {
  readonly outer: MessageScope | null;
  readonly name: string;
  readonly fullName: string;
  readonly schema: Schema;
  readonly indent: string;
  /** What its fields and oneofs are called, and the types inside. */
  readonly taken: Set<string>;
  /** Types inside by their names. */
  readonly types: Map<string, Schema>;
  readonly nested: string[];
}

export interface ProtoText {
  readonly text: string;
  readonly fullName: string;
}

/** The .proto text for a struct: proto3, the same for the same schema, importing nothing but well-known files. */
export function protoTextOf(schema: Schema, options: ProtobufOptions): ProtoText {
  return new ProtoTextWriter(options).write(schema);
}

class ProtoTextWriter {
  readonly #options: ProtobufOptions;
  readonly #names: ProtoTextNames;
  readonly #imports = new Set<string>();

  constructor(options: ProtobufOptions) {
    this.#options = options;
    this.#names = new ProtoTextNames(options.scrubsNames);
  }

  write(schema: Schema): ProtoText {
    const given = this.#names.fullName(schema);
    const packageName = this.#names.packageOf(given);
    const name = this.#names.identifier(given.slice(given.lastIndexOf('.') + 1));
    const fullName = packageName === '' ? name : `${packageName}.${name}`;
    const body = this.#message(schema, name, fullName, null);
    const lines = ['syntax = "proto3";'];
    if (packageName !== '') lines.push('', `package ${packageName};`);
    const imports = [...this.#imports].sort().map((path) => `import "${path}";`);
    if (imports.length > 0) lines.push('', ...imports);
    return { text: `${lines.join('\n')}\n\n${body}\n`, fullName };
  }

  #message(schema: Schema, name: string, fullName: string, outer: MessageScope | null): string {
    const indent = outer === null ? '' : `${outer.indent}  `;
    if (indent.length > deepest * 2)
      throw dataError(`Protobuf: structs are nested more than ${deepest} deep`);
    const scope: MessageScope = {
      outer,
      name,
      fullName,
      schema,
      indent,
      taken: new Set(),
      types: new Map(),
      nested: [],
    };
    for (const field of schema.fields) this.#claimNames(scope, field);
    const numberOf = fieldNumbers(schema);
    const lines = schema.fields.map((field) =>
      isUnion(field.schema)
        ? this.#oneof(scope, field, numberOf)
        : `${indent}  ${this.#field(scope, field.name, field.schema, numberOf(field), true)}`,
    );
    const parts = [lines.join('\n'), ...scope.nested].filter((part) => part !== '');
    const inside = parts.length === 0 ? '' : `\n${parts.join('\n\n')}\n${indent}`;
    return `${indent}message ${name} {${inside}}`;
  }

  #claimNames(scope: MessageScope, { name, schema }: Field): void {
    if (!isUnion(schema)) {
      this.#claim(scope, this.#names.identifier(name));
      return;
    }
    this.#claim(scope, this.#oneofName(name, schema));
    for (const member of schema.fields) this.#claim(scope, this.#names.identifier(member.name));
  }

  #claim(scope: MessageScope, name: string): void {
    if (scope.taken.has(name))
      throw dataError(`Protobuf message ${scope.fullName}: two fields would be called ${name}`);
    scope.taken.add(name);
  }

  #oneofName(fieldName: string, { name, parameters }: Schema): string {
    const general = parameters?.[generalUnionParameter];
    const given = general ?? (name?.startsWith(`${unionName}.`) === true ? name : fieldName);
    return this.#names.identifier(given.slice(given.lastIndexOf('.') + 1));
  }

  #oneof(scope: MessageScope, { name, schema }: Field, numberOf: (field: Field) => number): string {
    const { indent } = scope;
    const lines = schema.fields.map((member) => {
      if (member.schema.type === 'ARRAY' || member.schema.type === 'MAP') {
        throw dataError(
          `Protobuf message ${scope.fullName}: a oneof cannot hold the ${member.schema.type} ${member.name}`,
        );
      }
      return `${indent}    ${this.#field(scope, member.name, member.schema, numberOf(member), false)}\n`;
    });
    return `${indent}  oneof ${this.#oneofName(name, schema)} {\n${lines.join('')}${indent}  }`;
  }

  #field(scope: MessageScope, name: string, schema: Schema, number: number, mayHaveLabel: boolean): string {
    const written = this.#names.identifier(name);
    const item = schema.type === 'ARRAY' ? requirePart(schema.valueSchema, scope, name) : schema;
    if (item !== schema && (item.type === 'ARRAY' || item.type === 'MAP')) {
      throw dataError(
        `Protobuf message ${scope.fullName}: ${name} is a list of ${item.type}s, which cannot be written`,
      );
    }
    const type =
      item.type === 'MAP' ? this.#mapType(scope, written, item) : this.#typeOf(scope, written, item);
    const option = metaOption(
      item,
      isLogicalSchema(item, 'decimal'),
      mayHaveLabel ? `${scope.indent}  ` : `${scope.indent}    `,
    );
    if (option !== '') this.#imports.add('confluent/meta.proto');
    return `${this.#label(schema, mayHaveLabel)}${type} ${written} = ${number}${option};`;
  }

  #label(schema: Schema, mayHaveLabel: boolean): string {
    if (schema.type === 'ARRAY') return 'repeated ';
    return mayHaveLabel && this.#options.labelsNullables && schema.optional && schema.type !== 'MAP'
      ? 'optional '
      : '';
  }

  #mapType(scope: MessageScope, name: string, schema: Schema): string {
    if (schema.name === null || schema.name === '') this.#names.fullName(schema);
    const key = requirePart(schema.keySchema, scope, name);
    const item = requirePart(schema.valueSchema, scope, name);
    const keyType = isLogicalSchema(key) ? null : scalarOf(key);
    if (
      keyType === null ||
      !keyScalars.has(keyType) ||
      item.type === 'ARRAY' ||
      item.type === 'MAP' ||
      isUnion(item)
    ) {
      throw dataError(
        `Protobuf message ${scope.fullName}: ${name} is a map of ${key.type} to ${item.type}, which cannot be written`,
      );
    }
    return `map<${keyType}, ${this.#typeOf(scope, 'value', item)}>`;
  }

  #typeOf(scope: MessageScope, fieldName: string, schema: Schema): string {
    const logical = logicalKinds.find((kind) => isLogicalSchema(schema, kind));
    if (logical !== undefined) {
      this.#imports.add(logicalMessages[logical].path);
      return reference(scope, logicalMessages[logical].fullName);
    }
    if (enumParameterIn(schema) !== null) return this.#enumType(scope, schema);
    const scalar = scalarOf(schema);
    if (scalar === null) return this.#structType(scope, fieldName, schema);
    if (!this.#options.wrapsNullables || !schema.optional) return scalar;
    this.#imports.add(wrappersPath);
    return reference(scope, wrapperOf(wrappableOf(scalar)) ?? scalar);
  }

  #structType(scope: MessageScope, fieldName: string, schema: Schema): string {
    if (isUnion(schema))
      throw dataError(`Protobuf message ${scope.fullName}: ${fieldName} holds a union inside a list`);
    const simple = this.#names.simpleName(schema);
    // A field and a message inside the same message cannot have one name.
    const wanted = simple === fieldName ? `${simple}Message` : simple;
    if (schema instanceof RecursiveSchema) {
      for (let outer: MessageScope | null = scope; outer !== null; outer = outer.outer) {
        if (hasSameFields(outer.schema, schema)) return outer === scope ? outer.name : `.${outer.fullName}`;
      }
    }
    return this.#nestedType(scope, wanted, schema, (name) =>
      this.#message(schema, name, `${scope.fullName}.${name}`, scope),
    );
  }

  #enumType(scope: MessageScope, schema: Schema): string {
    const parameter = enumParameterIn(schema) ?? '';
    const given = schema.name ?? schema.parameters?.[parameter] ?? '';
    const wanted = this.#names.identifier(given.slice(given.lastIndexOf('.') + 1));
    return this.#nestedType(scope, wanted, schema, (name) => {
      const place = `${scope.fullName}.${name}`;
      const { text, symbols } = enumText(schema, parameter, name, place, `${scope.indent}  `);
      for (const symbol of symbols) {
        // The values of an enum share the names of what stands around it.
        if (scope.taken.has(symbol))
          throw dataError(`Protobuf enum ${place}: the name ${symbol} is taken already`);
        scope.taken.add(symbol);
      }
      return text;
    });
  }

  /** A type declared inside the message, once for all fields that have it. */
  #nestedType(scope: MessageScope, wanted: string, schema: Schema, write: (name: string) => string): string {
    for (let count = 1; ; count++) {
      const name = count === 1 ? wanted : `${wanted}${count}`;
      const known = scope.types.get(name);
      if (known !== undefined && isSameType(known, schema)) return name;
      if (known !== undefined || scope.taken.has(name) || name === scope.name) continue;
      scope.types.set(name, schema);
      scope.taken.add(name);
      const index = scope.nested.push('') - 1;
      scope.nested[index] = write(name);
      return name;
    }
  }
}

function requirePart(schema: Schema | null, scope: MessageScope, name: string): Schema {
  if (schema !== null) return schema;
  throw dataError(`Protobuf message ${scope.fullName}: nobody knows what the elements of ${name} are`);
}

/** In front of a name a dot, if without it something of the message's own package could be meant. */
function reference(scope: MessageScope, fullName: string): string {
  const first = fullName.slice(0, fullName.indexOf('.'));
  return scope.fullName.split('.').includes(first) ? `.${fullName}` : fullName;
}

function isSameType(left: Schema, right: Schema): boolean {
  if (left.type !== 'STRUCT' || right.type !== 'STRUCT')
    return JSON.stringify(left.parameters) === JSON.stringify(right.parameters);
  return hasSameFields(left, right);
}
