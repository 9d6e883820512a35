import type { Schema } from '../../records/schema.ts';
import { logicalNames } from '../../records/validate-value.ts';
import { dataError } from '../converter-error.ts';
import type { JsonSchemaDataSettings } from './data-settings.ts';
import { inJavaHashOrder } from './java-hash-order.ts';
import { atPlace } from './place-error.ts';
import { enumParameterOf, isUnion, namespace, nullSymbol } from './union-names.ts';
import { valueWriterOf } from './value-writer.ts';

const connectTypes: Readonly<Partial<Record<Schema['type'], string>>> = {
  INT8: 'int8',
  INT16: 'int16',
  INT32: 'int32',
  INT64: 'int64',
  FLOAT32: 'float32',
  FLOAT64: 'float64',
  BYTES: 'bytes',
  MAP: 'map',
};

/** A member of an object that is being written: its name and its JSON. */
type Member = readonly [name: string, text: string];

/**
 * The JSON Schema of a Connect schema, null for anything at all. Members come in the order in which the Java converter
 * registers them, so that both register one schema.
 */
export function schemaTextOf(schema: Schema | null, settings: JsonSchemaDataSettings): string {
  return schema === null ? '{}' : new SchemaTextWriter(settings).text(schema, null);
}

class SchemaTextWriter {
  readonly #settings: JsonSchemaDataSettings;

  constructor(settings: JsonSchemaDataSettings) {
    this.#settings = settings;
  }

  /** `index`: which field of a struct it is. */
  text(schema: Schema, index: number | null): string {
    if (isUnion(schema)) return this.#unionText(schema, index);
    if (!schema.optional) return this.#requiredText(schema, index);
    return objectText([
      ...indexMember(index),
      ['oneOf', `[{"type":"null"},${this.#requiredText(schema, null)}]`],
    ]);
  }

  #unionText(schema: Schema, index: number | null, isOptional = schema.optional): string {
    const parts = schema.fields.map((field) =>
      placed(field.name, () =>
        isUnion(field.schema)
          ? this.#unionText(field.schema, field.index, false)
          : this.#requiredText(field.schema, field.index),
      ),
    );
    if (isOptional) parts.unshift('{"type":"null"}');
    return objectText([...indexMember(index), ['oneOf', `[${parts.join(',')}]`]]);
  }

  #requiredText(schema: Schema, index: number | null): string {
    const attributes = this.#attributes(schema, index);
    switch (schema.type) {
      case 'BOOLEAN':
        return objectText([...attributes, ['type', '"boolean"']]);
      case 'STRING': {
        const symbols = symbolsText(schema);
        return objectText([symbols === null ? ['type', '"string"'] : ['enum', symbols], ...attributes]);
      }
      case 'ARRAY':
        return objectText([
          ['type', '"array"'],
          ...attributes,
          ['items', this.#part(schema, schema.valueSchema)],
        ]);
      case 'MAP':
        return this.#mapText(schema, attributes);
      case 'STRUCT':
        return this.#structText(schema, attributes);
      default:
        return objectText([['type', `"${this.#scalarType(schema)}"`], ...attributes]);
    }
  }

  #scalarType(schema: Schema): string {
    if (schema.type === 'BYTES') {
      return schema.name === logicalNames.decimal && this.#settings.isDecimalNumeric ? 'number' : 'string';
    }
    return schema.type === 'FLOAT32' || schema.type === 'FLOAT64' ? 'number' : 'integer';
  }

  #mapText(schema: Schema, attributes: readonly Member[]): string {
    const { keySchema, valueSchema } = schema;
    if (keySchema?.type === 'STRING' && !keySchema.optional) {
      const values = this.#part(schema, valueSchema);
      return objectText([['type', '"object"'], ...attributes, ['additionalProperties', values]]);
    }
    const entry = propertiesText([
      ['key', this.#part(schema, keySchema, 0)],
      ['value', this.#part(schema, valueSchema, 1)],
    ]);
    const items = objectText([
      ['type', '"object"'],
      ['properties', entry],
    ]);
    return objectText([['type', '"array"'], ...attributes, ['items', items]]);
  }

  #structText(schema: Schema, attributes: readonly Member[]): string {
    const properties = schema.fields.map(
      (field): Member => [field.name, placed(field.name, () => this.text(field.schema, field.index))],
    );
    const closed: Member[] = this.#settings.allowsAdditionalProperties
      ? []
      : [['additionalProperties', 'false']];
    const described: Member[] = properties.length === 0 ? [] : [['properties', propertiesText(properties)]];
    return objectText([['type', '"object"'], ...closed, ...attributes, ...described]);
  }

  #part(around: Schema, part: Schema | null, index: number | null = null): string {
    if (part === null) throw dataError(`Schema of type ${around.type} does not say what it holds.`);
    return this.text(part, index);
  }

  #attributes(schema: Schema, index: number | null): Member[] {
    const members: Member[] = [];
    if (schema.name !== null) members.push(['title', JSON.stringify(schema.name)]);
    if (schema.doc !== null) members.push(['description', JSON.stringify(schema.doc)]);
    if (schema.default !== undefined)
      members.push(['default', placed('default', () => this.#defaultText(schema))]);
    members.push(...indexMember(index));
    if (schema.version !== null) members.push(['connect.version', String(schema.version)]);
    const type = connectTypes[schema.type];
    if (type !== undefined) members.push(['connect.type', `"${type}"`]);
    const parameters = parametersText(schema);
    if (parameters !== null) members.push(['connect.parameters', parameters]);
    return members;
  }

  #defaultText(schema: Schema): string {
    const text = valueWriterOf(schema, this.#settings)(schema.default);
    const isDouble = schema.type === 'FLOAT32' || schema.type === 'FLOAT64';
    return isDouble && text.endsWith('.0') ? text.slice(0, -2) : text;
  }
}

function indexMember(index: number | null): Member[] {
  return index === null ? [] : [['connect.index', String(index)]];
}

function symbolsText(schema: Schema): string | null {
  const parameter = enumParameterOf(schema);
  if (parameter === null) return null;
  const symbols = Object.keys(schema.parameters ?? {})
    .filter((name) => name.startsWith(`${parameter}.`))
    .map((name) => name.slice(parameter.length + 1));
  const hasNull = symbols.includes(nullSymbol);
  const ordered = inJavaHashOrder(symbols.filter((symbol) => symbol !== nullSymbol));
  return `[${[...(hasNull ? ['null'] : []), ...ordered.map((symbol) => JSON.stringify(symbol))].join(',')}]`;
}

function parametersText(schema: Schema): string | null {
  const parameters = schema.parameters ?? {};
  const names = Object.keys(parameters).filter((name) => !name.startsWith(namespace));
  if (names.length === 0) return null;
  return objectText(
    // From one map they are put into another, which is made for just so many.
    inJavaHashOrder(inJavaHashOrder(names), names.length).map(
      (name): Member => [name, JSON.stringify(parameters[name])],
    ),
  );
}

function propertiesText(properties: readonly Member[]): string {
  const texts = new Map(properties);
  return objectText(inJavaHashOrder([...texts.keys()]).map((name): Member => [name, texts.get(name) ?? '']));
}

function objectText(members: readonly Member[]): string {
  return `{${members.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`;
}

function placed(name: string, run: () => string): string {
  try {
    return run();
  } catch (error) {
    throw atPlace(error, name);
  }
}
