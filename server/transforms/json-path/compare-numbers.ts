import { Decimal } from '../../records/decimal.ts';

/** Below, at or above zero; exact between all kinds of number. undefined where one of them is NaN. */
export function comparedNumbers(
  left: number | bigint | Decimal,
  right: number | bigint | Decimal,
): number | undefined {
  if (!(left instanceof Decimal) && !(right instanceof Decimal)) return ordered(left, right);
  const [one, other] = [decimalOf(left), decimalOf(right)];
  // Without digits after the point, or where one is no finite number, doubles are all there is to compare.
  if (one === null || other === null) return ordered(numberOf(left), numberOf(right));
  const scale = Math.max(one.scale, other.scale);
  return ordered(scaled(one, scale), scaled(other, scale));
}

function ordered(left: number | bigint, right: number | bigint): number | undefined {
  if (left < right) return -1;
  if (left > right) return 1;
  return Number.isNaN(left) || Number.isNaN(right) ? undefined : 0;
}

function decimalOf(value: number | bigint | Decimal): Decimal | null {
  if (value instanceof Decimal) return value;
  if (typeof value === 'bigint') return new Decimal(value, 0);
  return Number.isFinite(value) ? Decimal.parse(String(value)) : null;
}

function numberOf(value: number | bigint | Decimal): number | bigint {
  return value instanceof Decimal ? value.toNumber() : value;
}

function scaled({ unscaled, scale }: Decimal, wanted: number): bigint {
  return unscaled * 10n ** BigInt(wanted - scale);
}
