import { defineConfig } from '../config/define-config.ts';
import { parseConfig } from '../config/parse-config.ts';
import type { Converter, SchemaAndValue, SerializedValue } from '../plugin-api/converter.ts';
import type { Settings } from '../plugin-api/source-connector.ts';
import {
  OPTIONAL_BOOLEAN_SCHEMA,
  OPTIONAL_FLOAT32_SCHEMA,
  OPTIONAL_FLOAT64_SCHEMA,
  OPTIONAL_INT16_SCHEMA,
  OPTIONAL_INT32_SCHEMA,
  OPTIONAL_INT64_SCHEMA,
} from '../records/primitive-schemas.ts';
import type { Schema } from '../records/schema.ts';
import { kindOf } from '../records/validate-value.ts';
import { converterKeys } from './converter-config.ts';
import { dataError } from './converter-error.ts';

export const primitiveConverterConfig = defineConfig({ ...converterKeys });

/** How one type of numbers or booleans is kept in bytes. */
export interface PrimitiveFormat {
  readonly typeName: string;
  readonly schema: Schema;
  readonly bytes: number;
  /** Writes the value, or says that it is not of this type. */
  write(target: Buffer, value: unknown): boolean;
  read(bytes: Buffer, offset: number): unknown;
}

export const shortFormat: PrimitiveFormat = {
  typeName: 'short',
  schema: OPTIONAL_INT16_SCHEMA,
  bytes: 2,
  write: (target, value) => writeInteger(target, value, 16),
  read: (bytes, offset) => bytes.readInt16BE(offset),
};

export const integerFormat: PrimitiveFormat = {
  typeName: 'integer',
  schema: OPTIONAL_INT32_SCHEMA,
  bytes: 4,
  write: (target, value) => writeInteger(target, value, 32),
  read: (bytes, offset) => bytes.readInt32BE(offset),
};

export const longFormat: PrimitiveFormat = {
  typeName: 'long',
  schema: OPTIONAL_INT64_SCHEMA,
  bytes: 8,
  write: (target, value) => writeInteger(target, value, 64),
  read: (bytes, offset) => bytes.readBigInt64BE(offset),
};

export const floatFormat: PrimitiveFormat = {
  typeName: 'float',
  schema: OPTIONAL_FLOAT32_SCHEMA,
  bytes: 4,
  write: (target, value) => typeof value === 'number' && target.writeFloatBE(value) === 4,
  read: (bytes, offset) => bytes.readFloatBE(offset),
};

export const doubleFormat: PrimitiveFormat = {
  typeName: 'double',
  schema: OPTIONAL_FLOAT64_SCHEMA,
  bytes: 8,
  write: (target, value) => typeof value === 'number' && target.writeDoubleBE(value) === 8,
  read: (bytes, offset) => bytes.readDoubleBE(offset),
};

export const booleanFormat: PrimitiveFormat = {
  typeName: 'boolean',
  schema: OPTIONAL_BOOLEAN_SCHEMA,
  bytes: 1,
  write: (target, value) => typeof value === 'boolean' && target.writeUInt8(value ? 1 : 0) === 1,
  read: (bytes, offset) => {
    const byte = bytes[offset];
    if (byte === 0 || byte === 1) return byte === 1;
    throw dataError(`Unexpected byte received by boolean converter: ${byte}`);
  },
};

/** One number or boolean in its big-endian bytes. */
export class PrimitiveConverter implements Converter {
  readonly #format: PrimitiveFormat;

  constructor(format: PrimitiveFormat) {
    this.#format = format;
  }

  configure(settings: Settings): void {
    parseConfig(primitiveConverterConfig, settings);
  }

  fromConnectData(_topic: string, schema: Schema | null, value: unknown): SerializedValue {
    if (value === null || value === undefined) return null;
    const format = this.#format;
    const bytes = Buffer.allocUnsafe(format.bytes);
    const isOtherType = schema !== null && schema.type !== format.schema.type;
    if (!isOtherType && format.write(bytes, value)) return bytes;
    throw dataError(`Failed to serialize to ${format.typeName} (was ${schema?.type ?? kindOf(value)})`);
  }

  toConnectData(topic: string, bytes: Buffer | null): SchemaAndValue {
    if (bytes === null) return { schema: this.#format.schema, value: null };
    return this.toConnectDataFromRange(topic, bytes, 0, bytes.length);
  }

  toConnectDataFromRange(_topic: string, buffer: Buffer, start: number, end: number): SchemaAndValue {
    const format = this.#format;
    if (end - start !== format.bytes) {
      throw dataError(
        `Failed to deserialize ${format.typeName}: it has ${format.bytes} bytes, but there are ${end - start}`,
      );
    }
    return { schema: format.schema, value: format.read(buffer, start) };
  }
}

/** Numbers of a schema, and bigints without one, as long as they fit. */
function writeInteger(target: Buffer, value: unknown, bits: 16 | 32 | 64): boolean {
  if (typeof value !== 'bigint' && !(typeof value === 'number' && Number.isSafeInteger(value))) return false;
  const whole = BigInt(value);
  if (BigInt.asIntN(bits, whole) !== whole) return false;
  if (bits === 64) target.writeBigInt64BE(whole);
  else target.writeIntBE(Number(whole), 0, bits / 8);
  return true;
}
