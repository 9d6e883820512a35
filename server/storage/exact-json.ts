import { ConnectError } from '../errors/connect-error.ts';

/**
 * JSON as Kafka Connect keeps it in its internal topics: integers exact to 64 bits and without a point, floats always
 * with one, no blanks, UTF-8 not escaped. An integer that a number cannot hold exactly is read as a bigint.
 */
export function parseExactJson(text: string): unknown {
  return JSON.parse(text, (_key: string, value: unknown, context?: { readonly source?: string }) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
    const source = context?.source;
    return source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
  });
}

/** Text of a primitive; throws a `data` error for anything else, and for integers beyond 64 bits. */
export function exactJsonPrimitive(value: unknown, place: string): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'boolean':
      return String(value);
    case 'bigint':
      if (BigInt.asIntN(64, value) !== value) {
        throw new ConnectError('data', `${place}: ${value} does not fit into 64 bits`);
      }
      return String(value);
    case 'number':
      if (!Number.isFinite(value)) throw new ConnectError('data', `${place}: ${value} has no form in JSON`);
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? String(value) : floatText(value);
    default:
      if (value === null) return 'null';
      if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'));
      throw new ConnectError(
        'data',
        `${place}: only text, numbers, booleans, bytes and null are allowed, not ${Array.isArray(value) ? 'a list' : `a ${typeof value}`}`,
      );
  }
}

/** As `Double.toString` of Java prints it: the bytes of a key decide whether two workers mean the same partition. */
function floatText(value: number): string {
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const size = Math.abs(value);
  if (size === 0) return `${sign}0.0`;
  const [mantissa = '', exponentText = '0'] = size.toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const exponent = Number(exponentText);
  if (exponent < -3 || exponent >= 7) {
    return `${sign}${digits[0]}.${digits.slice(1) || '0'}E${exponent}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}
