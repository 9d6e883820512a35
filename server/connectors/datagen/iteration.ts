import { Decimal } from '../../records/decimal.ts';
import { type JsonObject, member, schemaError } from './arg-json.ts';
import type { Generation } from './generation.ts';
import { numberMember, wholeMember } from './numbers.ts';

export interface IterationBounds {
  readonly lowest: bigint;
  readonly highest: bigint;
}

/**
 * Numbers in a row, as a function of the record's number alone, so that a restart goes on where it was. Used more than
 * once in a record, as in an array, it counts on from the record's number.
 */
export function wholeIteration(
  spec: JsonObject,
  bounds: IterationBounds,
  place: string,
): (generation: Generation) => bigint {
  const of = (name: string) => {
    const value = wholeMember(spec, name, 'iteration', place);
    if (value !== null && (value < bounds.lowest || value > bounds.highest)) {
      throw schemaError(place, `${name} of iteration does not fit the type`);
    }
    return value;
  };
  const row = rowOf(
    { start: of('start'), restart: of('restart'), step: of('step'), initial: of('initial') },
    bounds,
    place,
  );
  const position = positions();
  return (generation) => row(position(generation));
}

/** The same for numbers with fractions: counted in decimals, so that 0.1 stays 0.1. */
export function fractionIteration(
  spec: JsonObject,
  largest: number,
  place: string,
): (generation: Generation) => number {
  const given = ['start', 'restart', 'step', 'initial'].map((name) => {
    const value = numberMember(spec, name, 'iteration', place);
    return value === null ? null : Decimal.parse(String(value));
  });
  const scale = Math.max(0, ...given.map((value) => value?.scale ?? 0));
  const [start = null, restart = null, step = null, initial = null] = given.map((value) =>
    value === null ? null : value.unscaled * 10n ** BigInt(scale - value.scale),
  );
  const end = BigInt(largest) * 10n ** BigInt(scale);
  const one = 10n ** BigInt(scale);
  const row = rowOf({ start, restart, step, initial }, { lowest: -end, highest: end }, place, one);
  const position = positions();
  return (generation) => Number(`${row(position(generation))}e-${scale}`);
}

export function booleanIteration(spec: JsonObject, place: string): (generation: Generation) => boolean {
  const start = member(spec, 'start');
  if (typeof start !== 'boolean')
    throw schemaError(place, 'iteration of a boolean needs start: true or false');
  for (const name of ['restart', 'step']) {
    if (member(spec, name) !== undefined) throw schemaError(place, `iteration of a boolean has no ${name}`);
  }
  const position = positions();
  return (generation) => start !== (position(generation) % 2 === 1);
}

interface Steps {
  readonly start: bigint | null;
  readonly restart: bigint | null;
  readonly step: bigint | null;
  readonly initial: bigint | null;
}

function rowOf(steps: Steps, bounds: IterationBounds, place: string, one = 1n): (position: number) => bigint {
  const { start, initial } = steps;
  if (start === null) throw schemaError(place, 'iteration needs a start');
  if (steps.step === 0n) throw schemaError(place, 'step of iteration must not be zero');
  if (steps.restart === start) throw schemaError(place, 'start and restart of iteration must differ');
  const isDown = steps.restart === null ? (steps.step ?? 1n) < 0n : steps.restart < start;
  const restart = steps.restart ?? (isDown ? bounds.lowest : bounds.highest);
  const step = steps.step ?? (isDown ? -one : one);
  if (step < 0n !== isDown) {
    throw schemaError(
      place,
      `step of iteration leads away from its restart: make it ${isDown ? 'negative' : 'positive'}`,
    );
  }
  const size = isDown ? start - restart : restart - start;
  const first = (initial ?? start) - start;
  if (size === 0n) return () => start;
  return (position) => {
    const gone = (first + BigInt(position) * step) % size;
    // What is left over has the sign of the way gone; an initial before the start is as many before the restart.
    if (gone === 0n || gone < 0n === isDown) return start + gone;
    return start + gone + (isDown ? -size : size);
  };
}

function positions(): (generation: Generation) => number {
  let record = -1;
  let used = 0;
  return (generation) => {
    if (generation.record !== record) {
      record = generation.record;
      used = 0;
    }
    return record + used++;
  };
}
