import { schemaOf } from '../../records/schema-of.ts';
import { Struct } from '../../records/struct.ts';
import { isObject, type Json, member, schemaError } from './arg-json.ts';
import type { ArgSchema, ArgUnion } from './arg-schema.ts';
import { branchName } from './arg-schema-reader.ts';
import { unionName } from './connect-types.ts';
import type { Generate, Generator } from './generation.ts';
import { numberMember, objectOption, wholeMember } from './numbers.ts';
import { optionsGenerator } from './options.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { TypePlace } from './type-body.ts';

type Compile = (schema: ArgSchema, place?: TypePlace) => Generator;

const unionOptions = ['position', 'distribution', 'options'];

/** One type beside null is that type, optional; several become a struct with a field each, of which one is filled. */
export function unionGenerator(union: ArgUnion, place: TypePlace, compile: Compile): Generator {
  const some = union.branches.filter(({ type }) => type !== 'null');
  const [only] = some;
  if (only === undefined) throw schemaError(union.place, 'null may only stand beside another type');
  const optional = place.optional || some.length < union.branches.length;
  return some.length === 1
    ? nullable(union, only, { ...place, optional }, compile)
    : several(union, some, optional, compile);
}

function nullable(union: ArgUnion, only: ArgSchema, place: TypePlace, compile: Compile): Generator {
  // Options of strings and numbers that stand at the field are meant for the one type that can have them.
  const isForBranch = Object.keys(union.args).some((name) => !unionOptions.includes(name));
  const hasOwn = Object.keys(only.args).length > 0;
  const { schema, generate, read } = compile(
    isForBranch && !hasOwn ? { ...only, args: union.args } : only,
    place,
  );
  const makers = union.branches.map(({ type }) => (type === 'null' ? nothing : generate));
  const readOne = (json: Json) => {
    if (json === null) return place.optional ? null : undefined;
    return read(json) ?? read(unwrapped(json, only) ?? null);
  };
  return finished(union, { schema, generate: oneOf(union, makers), read: readOne });
}

function several(
  union: ArgUnion,
  branches: readonly ArgSchema[],
  optional: boolean,
  compile: Compile,
): Generator {
  const fields = branches.map((branch) => ({
    branch,
    name: branchName(branch).split('.').at(-1) ?? '',
    ...compile(branch, { optional: true }),
  }));
  const names = fields.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw schemaError(union.place, `two types of a union are both called ${twice}`);
  const schema = schemaOf({ type: 'STRUCT', name: unionName, optional, fields });
  const filled = (index: number, value: unknown) => {
    const values: unknown[] = fields.map(() => null);
    values[index] = value;
    return new Struct(schema, undefined, values);
  };
  let index = 0;
  const makers = union.branches.map(({ type }): Generate => {
    if (type === 'null') return nothing;
    const at = index++;
    const make = fields[at]?.generate ?? nothing;
    return (generation) => filled(at, make(generation));
  });
  const readOne = (json: Json) => {
    if (json === null) return optional ? null : undefined;
    for (const [at, { branch, read }] of fields.entries()) {
      const inner = unwrapped(json, branch);
      const value = (inner === undefined ? undefined : read(inner)) ?? read(json);
      if (value !== undefined) return filled(at, value);
    }
    return undefined;
  };
  return finished(union, { schema, generate: oneOf(union, makers), read: readOne });
}

function finished(union: ArgUnion, generator: Generator): Generator {
  const { options } = union.args;
  const ofUnion = optionsGenerator(generator.read, options === undefined ? {} : { options }, union.place);
  return ofUnion === null ? generator : { ...generator, generate: ofUnion };
}

/** What Avro's own JSON wraps in the name of the type: `{"string": "a"}`. */
function unwrapped(json: Json, branch: ArgSchema): Json | undefined {
  return isObject(json) && Object.keys(json).length === 1 ? member(json, branchName(branch)) : undefined;
}

function oneOf(union: ArgUnion, makers: readonly Generate[]): Generate {
  const choose = choiceOf(union);
  return (generation) => makers[choose(generation.random)]?.(generation) ?? null;
}

/** Which branch a value is of: always that at `position`, or by the shares of `distribution`, or any. */
function choiceOf({ args, branches, place }: ArgUnion): (random: SeededRandom) => number {
  const position = wholeMember(args, 'position', 'a union', place);
  if (position !== null) {
    if (position < 0n || position >= branches.length) {
      throw schemaError(place, `position must be from 0 to ${branches.length - 1}`);
    }
    return () => Number(position);
  }
  const distribution = objectOption(args, 'distribution', place);
  if (distribution === null) return (random) => random.below(branches.length);
  let sum = 0;
  const ends = branches.map((_branch, index) => {
    const share = numberMember(distribution, String(index), 'distribution', place) ?? Number.NaN;
    if (!(share >= 0 && share <= 1)) {
      throw schemaError(place, `distribution needs a share from 0 to 1 for each type; ${index} has none`);
    }
    sum += share;
    return sum;
  });
  if (Math.abs(sum - 1) > 1e-6) throw schemaError(place, 'the shares of distribution must add up to 1');
  return (random) => {
    const at = random.fraction() * sum;
    return ends.findIndex((end) => at < end);
  };
}

const nothing: Generate = () => null;
