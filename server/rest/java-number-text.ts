/**
 * A JSON number as Java Connect stores it when a config holds one: integers keep their digits, anything with a point
 * or exponent is a double in the form of Java's `Double.toString`.
 */
export function javaNumberText(source: string): string {
  return /^-?\d+$/.test(source) ? integerText(source) : doubleText(Number(source));
}

function integerText(source: string): string {
  return source === '-0' ? '0' : source;
}

function doubleText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (value === 0) return `${sign}0.0`;
  const [mantissa = '', power = '0'] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const exponent = Number(power);
  if (exponent < -3 || exponent >= 7) return `${sign}${digits[0]}.${digits.slice(1) || '0'}E${exponent}`;
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}
