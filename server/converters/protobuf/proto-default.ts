import { dataError } from '../converter-error.ts';
import type { ProtoEnum, ProtoField, ScalarType } from './proto-model.ts';
import type { OptionValue } from './proto-options.ts';
import { parseInteger } from './proto-tokens.ts';

/** What the option `default` says, as the wire reader would give it. */
export function defaultOfOption(
  field: string,
  type: { readonly kind: 'scalar'; readonly scalar: ScalarType } | ProtoEnum,
  value: OptionValue,
): ProtoField['default'] {
  const read = type.kind === 'enum' ? enumNumber(type, value) : scalarOf(type.scalar, value);
  if (read === undefined) throw dataError(`Protobuf schema: the default of ${field} is not of its type`);
  return read;
}

function enumNumber(type: ProtoEnum, value: OptionValue): number | undefined {
  return value.kind === 'word' ? type.values.find(({ name }) => name === value.text)?.number : undefined;
}

function scalarOf(scalar: ScalarType, value: OptionValue): ProtoField['default'] {
  switch (scalar) {
    case 'bool':
      return value.kind === 'word' && /^(?:true|false)$/.test(value.text) ? value.text === 'true' : undefined;
    case 'string':
      return value.kind === 'bytes' ? value.bytes.toString('utf8') : undefined;
    case 'bytes':
      return value.kind === 'bytes' ? value.bytes : undefined;
    case 'double':
      return realOf(value);
    case 'float': {
      const real = realOf(value);
      return real === undefined ? undefined : Math.fround(real);
    }
    default: {
      const integer = integerOf(value);
      if (integer === undefined) return undefined;
      if (scalar.endsWith('64')) return BigInt.asIntN(64, integer);
      return /^u|^f/.test(scalar) ? BigInt.asUintN(32, integer) : Number(BigInt.asIntN(32, integer));
    }
  }
}

function integerOf(value: OptionValue): bigint | undefined {
  if (value.kind !== 'number') return undefined;
  const isNegative = value.text.startsWith('-');
  const integer = parseInteger(value.text.replace(/^[+-]/, ''));
  if (integer === null) return undefined;
  return isNegative ? -integer : integer;
}

function realOf(value: OptionValue): number | undefined {
  if (value.kind === 'number') {
    const integer = integerOf(value);
    return integer === undefined ? Number(value.text.replace(/[fF]$/, '')) : Number(integer);
  }
  if (value.kind !== 'word') return undefined;
  const name = value.text.replace(/^[+-]/, '');
  const real = name === 'inf' ? Number.POSITIVE_INFINITY : name === 'nan' ? Number.NaN : undefined;
  return real !== undefined && value.text.startsWith('-') ? -real : real;
}
