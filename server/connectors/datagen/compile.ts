import type { Schema } from '../../records/schema.ts';
import { type SchemaSpec, schemaOf } from '../../records/schema-of.ts';
import { Struct } from '../../records/struct.ts';
import { isObject, type Json, member, schemaError } from './arg-json.ts';
import type { ArgArray, ArgEnum, ArgMap, ArgPrimitive, ArgRecord, ArgSchema } from './arg-schema.ts';
import { bytesType } from './bytes-generator.ts';
import { connectProps, integerKindOf, typeParameters } from './connect-types.ts';
import { fractionGenerator } from './fraction-generator.ts';
import type { Generate, Generator } from './generation.ts';
import { integerGenerator } from './integer-generator.ts';
import { booleanIteration } from './iteration.ts';
import { lengthOr } from './length.ts';
import { objectOption, shareOption, wholeNumber } from './numbers.ts';
import { optionsGenerator } from './options.ts';
import { randomText, textGenerator } from './text-generator.ts';
import type { TypeBody, TypePlace } from './type-body.ts';
import { unionGenerator } from './union-generator.ts';

const excludedByIteration = ['length', 'regex', 'options', 'range'];
const plainPlace: TypePlace = { optional: false };

/** Turns a schema into functions once, so that records cost no look at it. Throws `config` for options that do not fit. */
export function compileSchema(schema: ArgSchema, place: TypePlace = plainPlace): Generator {
  checkIteration(schema);
  if (schema.type === 'union') return unionGenerator(schema, place, compileSchema);
  if (schema.type === 'null') throw schemaError(schema.place, 'null may only stand in a union');
  const body = bodyOf(schema);
  const props = connectProps(schema);
  const parameters = { ...body.spec.parameters, ...typeParameters(schema), ...props.parameters };
  const spec: SchemaSpec = {
    ...body.spec,
    name: body.spec.name ?? props.name ?? null,
    version: body.spec.version ?? props.version ?? null,
    parameters: Object.keys(parameters).length === 0 ? null : parameters,
    optional: place.optional,
  };
  const finished = withDefault(spec, body, schema, place);
  const read = body.read(finished);
  const generate = optionsGenerator(read, schema.args, schema.place) ?? body.generate(finished);
  return { schema: finished, generate, read };
}

function withDefault(spec: SchemaSpec, body: TypeBody, { place: at }: ArgSchema, place: TypePlace): Schema {
  const schema = schemaOf(spec);
  // A struct would have to carry the schema that is still to be made.
  if (place.default === undefined || place.default === null || schema.type === 'STRUCT') return schema;
  const value = body.read(schema)(place.default);
  if (value === undefined) throw schemaError(at, 'its default does not fit the type');
  return schemaOf({ ...spec, default: value });
}

type Compiled = Exclude<ArgSchema, { type: 'null' | 'union' }>;

function bodyOf(schema: Compiled | ArgPrimitive): TypeBody {
  const { args, place } = schema;
  switch (schema.type) {
    case 'boolean':
      return booleanType(schema);
    case 'int':
    case 'long': {
      const kind = integerKindOf(schema);
      const { schemaType: type, logicalName } = kind;
      return {
        spec: logicalName === null ? { type } : { type, name: logicalName, version: 1 },
        generate: () => integerGenerator(kind, args, place),
        read: () => (json) => {
          const whole = wholeNumber(json);
          return whole === null || whole < kind.lowest || whole > kind.highest
            ? undefined
            : kind.toValue(whole);
        },
      };
    }
    case 'float':
    case 'double': {
      const { type } = schema;
      const toValue = type === 'float' ? Math.fround : Number;
      return {
        spec: { type: type === 'float' ? 'FLOAT32' : 'FLOAT64' },
        generate: () => fractionGenerator(type, args, place),
        read: () => (json) =>
          typeof json === 'number' || typeof json === 'bigint' ? toValue(Number(json)) : undefined,
      };
    }
    case 'bytes':
    case 'fixed':
      return bytesType(schema);
    case 'string':
      return {
        spec: { type: 'STRING' },
        generate: () => textGenerator(args, place),
        read: () => (json) => (typeof json === 'string' ? json : undefined),
      };
    case 'enum':
      return enumType(schema);
    case 'array':
      return arrayType(schema);
    case 'map':
      return mapType(schema);
    case 'record':
      return recordType(schema);
    default:
      throw schemaError(place, `${schema.type} may only stand in a union`);
  }
}

function booleanType({ args, place }: ArgSchema): TypeBody {
  return {
    spec: { type: 'BOOLEAN' },
    generate: () => {
      const iteration = objectOption(args, 'iteration', place);
      if (iteration !== null) return booleanIteration(iteration, place);
      const odds = shareOption(args, 'odds', place);
      return odds === null ? ({ random }) => random.isTrue() : ({ random }) => random.fraction() < odds;
    },
    read: () => (json) => (typeof json === 'boolean' ? json : undefined),
  };
}

function enumType({ symbols }: ArgEnum): TypeBody {
  return {
    spec: { type: 'STRING' },
    generate:
      () =>
      ({ random }) =>
        symbols[random.below(symbols.length)],
    read: () => (json) => (typeof json === 'string' && symbols.includes(json) ? json : undefined),
  };
}

function arrayType({ items, args, place }: ArgArray): TypeBody {
  const item = compileSchema(items);
  return {
    spec: { type: 'ARRAY', valueSchema: item.schema },
    generate: () => {
      const { min, max } = lengthOr(args, place);
      return (generation) => {
        const length = generation.random.between(min, max);
        generation.spend(length);
        const values: unknown[] = [];
        for (let index = 0; index < length; index++) values.push(item.generate(generation));
        return values;
      };
    },
    read: () => (json) => {
      if (!Array.isArray(json)) return undefined;
      const values = json.map((each: Json) => item.read(each));
      return values.includes(undefined) ? undefined : values;
    },
  };
}

function mapType({ values, args, place }: ArgMap): TypeBody {
  const item = compileSchema(values);
  return {
    spec: { type: 'MAP', keySchema: stringSchema, valueSchema: item.schema },
    generate: () => {
      const { min, max } = lengthOr(args, place);
      const keys = objectOption(args, 'keys', place);
      const readKey = (json: Json) => (typeof json === 'string' ? json : undefined);
      const key: Generate =
        keys === null
          ? ({ random }) => randomText(8, random)
          : (optionsGenerator(readKey, keys, `${place}{keys}`) ?? textGenerator(keys, `${place}{keys}`));
      return (generation) => {
        const length = generation.random.between(min, max);
        generation.spend(length);
        const map = new Map<unknown, unknown>();
        // Keys that come twice count: there may be fewer of them than the length asks for.
        for (let index = 0; index < length; index++) map.set(key(generation), item.generate(generation));
        return map;
      };
    },
    read: () => (json) => {
      if (!isObject(json)) return undefined;
      const entries = Object.entries(json).map(([key, each]) => [key, item.read(each)] as const);
      return entries.some(([, value]) => value === undefined) ? undefined : new Map(entries);
    },
  };
}

function recordType({ fields }: ArgRecord): TypeBody {
  const compiled = fields.map(({ name: fieldName, schema, default: fallback }) => ({
    name: fieldName,
    fallback,
    ...compileSchema(schema, { optional: false, default: fallback }),
  }));
  const makers = compiled.map(({ generate }) => generate);
  return {
    spec: { type: 'STRUCT', fields: compiled },
    generate: (connect) => (generation) => {
      generation.spend(makers.length);
      const values: unknown[] = [];
      for (const make of makers) values.push(make(generation));
      return new Struct(connect, undefined, values);
    },
    read: (connect) => (json) => {
      if (!isObject(json)) return undefined;
      const values = compiled.map(({ name: field, read, fallback, schema }) => {
        const given = member(json, field) ?? fallback;
        if (given === undefined || given === null) return schema.optional ? null : undefined;
        return read(given);
      });
      return values.includes(undefined) ? undefined : new Struct(connect, undefined, values);
    },
  };
}

function checkIteration({ args, place }: ArgSchema): void {
  if (!Object.hasOwn(args, 'iteration')) return;
  const other = excludedByIteration.find((name) => Object.hasOwn(args, name));
  if (other !== undefined) throw schemaError(place, `iteration and ${other} exclude each other`);
}

const stringSchema = schemaOf({ type: 'STRING' });
