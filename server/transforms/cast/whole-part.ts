import type { Decimal } from '../../records/decimal.ts';

/** The number cut towards zero. */
export function wholePart({ unscaled, scale }: Decimal): bigint {
  return scale > 0 ? unscaled / 10n ** BigInt(scale) : unscaled * 10n ** BigInt(-scale);
}
