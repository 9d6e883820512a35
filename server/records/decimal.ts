import { ConnectError } from '../errors/connect-error.ts';

const decimalText = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,10}))?$/;

/** Larger scales would make texts of gigabytes out of a few bytes. */
const largestScale = 100_000;
/** About 157,000 digits, more than any database keeps: turning bytes into digits takes time by their square. */
const mostBytes = 65_536;
const longestText = 160_000;

/** An exact decimal number: `unscaled / 10^scale`. 1.5 and 1.50 are two different values. */
export class Decimal {
  readonly unscaled: bigint;
  readonly scale: number;

  constructor(unscaled: bigint, scale: number) {
    if (!Number.isInteger(scale) || Math.abs(scale) > largestScale) {
      throw new ConnectError('data', `Scale ${scale} of a decimal must lie within ±${largestScale}.`);
    }
    this.unscaled = unscaled;
    this.scale = scale;
  }

  /** Reads `-12.50`, `.5`, `1e-3`; keeps trailing zeros. Throws a `data` error for other texts. */
  static parse(text: string): Decimal {
    if (text.length > longestText) {
      throw new ConnectError('data', `A decimal number has more than ${longestText} characters.`);
    }
    const match = decimalText.exec(text);
    const [, sign = '', whole = '', fraction = '', exponent = '0'] = match ?? [];
    if (match === null || whole.length + fraction.length === 0) {
      throw new ConnectError('data', `Not a decimal number: ${text.slice(0, 50)}`);
    }
    const unscaled = BigInt(whole + fraction);
    return new Decimal(sign === '-' ? -unscaled : unscaled, fraction.length - Number(exponent));
  }

  /** Big-endian two's complement, as Kafka keeps decimals. No bytes at all are refused. */
  static fromUnscaledBytes(bytes: Uint8Array, scale: number): Decimal {
    if (bytes.length === 0) throw new ConnectError('data', 'A decimal needs at least one byte.');
    if (bytes.length > mostBytes) {
      throw new ConnectError('data', `A decimal of ${bytes.length} bytes is longer than ${mostBytes}.`);
    }
    const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
    return new Decimal(BigInt.asIntN(bytes.length * 8, BigInt(`0x${hex}`)), scale);
  }

  /** The shortest two's complement form, at least one byte. */
  unscaledBytes(): Buffer {
    const magnitude = this.unscaled < 0n ? -this.unscaled - 1n : this.unscaled;
    const bits = magnitude === 0n ? 0 : magnitude.toString(2).length;
    const length = Math.floor(bits / 8) + 1;
    const hex = BigInt.asUintN(length * 8, this.unscaled).toString(16);
    return Buffer.from(hex.padStart(length * 2, '0'), 'hex');
  }

  equals(other: Decimal): boolean {
    return this.unscaled === other.unscaled && this.scale === other.scale;
  }

  /** The nearest double. */
  toNumber(): number {
    return Number(this.toString());
  }

  /** As Java's BigDecimal: with an exponent when the scale is negative or more than six zeros would follow the point. */
  toString(): string {
    const exponent = this.#digits().length - 1 - this.scale;
    if (this.scale >= 0 && exponent >= -6) return this.toPlainString();
    const digits = this.#digits();
    const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
    const power = exponent === 0 ? '' : `E${exponent > 0 ? '+' : ''}${exponent}`;
    return `${this.#sign()}${mantissa}${power}`;
  }

  /** Without an exponent. */
  toPlainString(): string {
    const digits = this.#digits();
    if (this.scale <= 0) return `${this.unscaled * 10n ** BigInt(-this.scale)}`;
    const padded = digits.padStart(this.scale + 1, '0');
    return `${this.#sign()}${padded.slice(0, -this.scale)}.${padded.slice(-this.scale)}`;
  }

  #sign(): string {
    return this.unscaled < 0n ? '-' : '';
  }

  #digits(): string {
    return String(this.unscaled < 0n ? -this.unscaled : this.unscaled);
  }
}
