/** A double as Java shows it: always with a fraction, with `E` below 0.001 and from ten million. */
export function doubleText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (size === 0 || (size >= 1e-3 && size < 1e7)) return sign + plain(String(size));
  return sign + scientific(twoDigits(size) ?? size.toExponential());
}

/** Java shows at least two digits, so of those of two digits the nearest: 4.9E-324, not 5.0E-324. */
function twoDigits(size: number): string | null {
  const text = size.toExponential(1);
  return Number(text) === size ? text : null;
}

/** The shortest digits, at least two, that give the same 32-bit float again. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.fround(Math.abs(value));
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const text = shortestFloat(size);
  if (size === 0 || (size >= 1e-3 && size < 1e7)) return sign + plain(String(Number(text)));
  return sign + scientific(text);
}

function shortestFloat(size: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = size.toExponential(digits);
    if (Math.fround(Number(text)) === size) return evenOfTwo(size, digits, text);
  }
  return size.toExponential();
}

const oddLastDigit = /[13579](?=e)/;

/** Halfway between two texts Java takes the one with the even last digit, and JavaScript the greater one. */
function evenOfTwo(size: number, digits: number, text: string): string {
  const last = oddLastDigit.exec(text)?.[0];
  if (last === undefined || !/^50*e/.test(size.toExponential(20).slice(digits + 2))) return text;
  const lower = text.replace(oddLastDigit, String(Number(last) - 1));
  return Math.fround(Number(lower)) === size ? lower : text;
}

function plain(text: string): string {
  return text.includes('.') ? text : `${text}.0`;
}

function scientific(text: string): string {
  const [digits = '', exponent = ''] = text.split('e');
  return `${plain(digits)}E${exponent.replace('+', '')}`;
}
