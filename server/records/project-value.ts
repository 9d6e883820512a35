import { ConnectError } from '../errors/connect-error.ts';
import { parametersEqual } from './equality.ts';
import { floatOfLong } from './float-of-long.ts';
import type { Field, Schema, SchemaType } from './schema.ts';
import { Struct } from './struct.ts';

/** Turns a value of one schema into the same value under another. Throws a `data` error where there is no way. */
export type Projection = (value: unknown) => unknown;

/** Number types, each of them promotable to any that follows. */
const numbers: readonly SchemaType[] = ['INT8', 'INT16', 'INT32', 'INT64', 'FLOAT32', 'FLOAT64'];

/**
 * Values written under `source`, as readers expect them under `target`: numbers widen, fields that readers do not
 * know go, fields that writers did not know are empty or have their default. Rules and messages are those of Java's
 * SchemaProjector. Compile it once for two schemas; what does not fit is only reported when a value gets there.
 */
export function projectionOf(source: Schema, target: Schema): Projection {
  const mismatch = mismatchOf(source, target);
  if (mismatch !== null) return failing(mismatch);
  if (source.optional && !target.optional && target.default === undefined) {
    return failing('Writer schema is optional, however, target schema does not provide a default value.');
  }
  const nullValue = source.optional && !target.optional ? target.default : null;
  const project = projectionOfPresent(source, target);
  return (value) => (value === null || value === undefined ? nullValue : project(value));
}

/** One value from one schema to another; see `projectionOf`. */
export function projectValue(source: Schema, value: unknown, target: Schema): unknown {
  return projectionOf(source, target)(value);
}

function mismatchOf(source: Schema, target: Schema): string | null {
  if (source.type !== target.type && !isPromotable(source.type, target.type)) {
    return `Schema type mismatch. source type: ${source.type} and target type: ${target.type}`;
  }
  if (source.name !== target.name) {
    return `Schema name mismatch. source name: ${source.name} and target name: ${target.name}`;
  }
  if (parametersEqual(source.parameters, target.parameters)) return null;
  return `Schema parameters not equal. source parameters: ${parametersText(source)} and target parameters: ${parametersText(target)}`;
}

function isPromotable(source: SchemaType, target: SchemaType): boolean {
  const rank = numbers.indexOf(source);
  return rank !== -1 && numbers.indexOf(target) >= rank;
}

function parametersText({ parameters }: Schema): string {
  if (parameters === null) return 'null';
  const entries = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  return `{${entries.join(', ')}}`;
}

function projectionOfPresent(source: Schema, target: Schema): Projection {
  switch (target.type) {
    case 'STRUCT':
      return structProjection(source, target);
    case 'ARRAY':
      return arrayProjection(source, target);
    case 'MAP':
      return mapProjection(source, target);
    default:
      return source.type === target.type ? unchanged : numberProjection(target.type);
  }
}

/** Whole numbers of 64 bits are bigints, all others numbers; dates and decimals stay what they are. */
function numberProjection(type: SchemaType): Projection {
  switch (type) {
    case 'INT64':
      return (value) => (typeof value === 'number' ? BigInt(value) : value);
    case 'FLOAT32':
      return (value) => {
        if (typeof value === 'bigint') return floatOfLong(value);
        return typeof value === 'number' ? Math.fround(value) : value;
      };
    case 'FLOAT64':
      return (value) => (typeof value === 'bigint' ? Number(value) : value);
    default:
      return unchanged;
  }
}

function structProjection(source: Schema, target: Schema): Projection {
  const steps = target.fields.map((field) => fieldProjection(source, field));
  return (value) => {
    if (!(value instanceof Struct)) throw notA('Struct', source);
    const result = new Struct(target);
    for (const [index, step] of steps.entries()) result.values[index] = step(value);
    return result;
  };
}

function fieldProjection(source: Schema, { name, schema }: Field): (struct: Struct) => unknown {
  const sourceField = source.field(name);
  if (sourceField !== undefined) {
    const project = projectionOf(sourceField.schema, schema);
    return (struct) => {
      try {
        return project(struct.values[sourceField.index] ?? sourceField.schema.default ?? null);
      } catch (cause) {
        throw new ConnectError('data', `Error projecting ${name}`, { cause });
      }
    };
  }
  if (schema.optional) return () => null;
  if (schema.default !== undefined) return () => schema.default;
  return failing(
    `Required field \`${name}\` is missing from source schema: Schema{${source.name ?? source.type}}`,
  );
}

function arrayProjection(source: Schema, target: Schema): Projection {
  const project = elementProjection(source.valueSchema, target.valueSchema);
  return (value) => {
    if (!Array.isArray(value)) throw notA('array', source);
    return value.map((item) => project(item));
  };
}

function mapProjection(source: Schema, target: Schema): Projection {
  const projectKey = elementProjection(source.keySchema, target.keySchema);
  const projectItem = elementProjection(source.valueSchema, target.valueSchema);
  return (value) => {
    if (!(value instanceof Map)) throw notA('Map', source);
    const result = new Map<unknown, unknown>();
    for (const [key, item] of value) result.set(projectKey(key), projectItem(item));
    return result;
  };
}

/** Elements of unknown schema, such as those of an empty list read from a header, stay as they are. */
function elementProjection(source: Schema | null, target: Schema | null): Projection {
  return source === null || target === null ? unchanged : projectionOf(source, target);
}

function unchanged(value: unknown): unknown {
  return value;
}

function failing(message: string): () => never {
  return () => {
    throw new ConnectError('data', message);
  };
}

function notA(kind: string, schema: Schema): ConnectError {
  return new ConnectError('data', `A value under schema ${schema.name ?? schema.type} is no ${kind}.`);
}
