import { type JsonObject, schemaError } from './arg-json.ts';
import type { Generate } from './generation.ts';
import { fractionIteration } from './iteration.ts';
import { objectOption, rangeOption } from './numbers.ts';

const largestFloat = 3.4028234663852886e38;

/** Values of FLOAT32 and FLOAT64: from 0, below 1, unless there is a range or an iteration. */
export function fractionGenerator(type: 'float' | 'double', args: JsonObject, place: string): Generate {
  const toValue = type === 'float' ? Math.fround : Number;
  const largest = type === 'float' ? largestFloat : Number.MAX_VALUE;
  const iteration = objectOption(args, 'iteration', place);
  if (iteration !== null) {
    const next = fractionIteration(iteration, largest, place);
    return (generation) => toValue(next(generation));
  }
  const range = rangeOption(args, place);
  if (range === null) return ({ random }) => toValue(random.fraction());
  const end = (name: 'min' | 'max', otherwise: number): number => {
    const given = range[name];
    if (given === undefined) return otherwise;
    const value = typeof given === 'number' || typeof given === 'bigint' ? Number(given) : Number.NaN;
    if (!(Math.abs(value) <= largest)) throw schemaError(place, `${name} of range must be a ${type}`);
    return value;
  };
  const [min, max] = [end('min', -largest), end('max', largest)];
  if (min >= max) throw schemaError(place, 'min of range must be less than its max');
  return ({ random }) => {
    const share = random.fraction();
    // Not min + share * (max - min): the distance may be more than a double can hold.
    const value = toValue(min * (1 - share) + max * share);
    return value < max ? value : toValue(min);
  };
}
