import type { Schema } from '../../records/schema.ts';
import { dataError } from '../converter-error.ts';

const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The declaration of an enum, and the names that its values take up. The first value has to be zero. */
export function enumText(
  schema: Schema,
  parameter: string,
  name: string,
  place: string,
  indent: string,
): { readonly text: string; readonly symbols: readonly string[] } {
  const values = valuesOf(schema, `${parameter}.`, place);
  const zero = values.find(([, number]) => number === 0) ?? [`${name.toUpperCase()}_UNSPECIFIED`, 0];
  const ordered = [zero, ...values.filter(([symbol]) => symbol !== zero[0])];
  const hasAliases = new Set(ordered.map(([, number]) => number)).size < ordered.length;
  const lines = ordered.map(([symbol, number]) => `${indent}  ${symbol} = ${number};\n`);
  const alias = hasAliases ? `${indent}  option allow_alias = true;\n` : '';
  return {
    text: `${indent}enum ${name} {\n${alias}${lines.join('')}${indent}}`,
    symbols: ordered.map(([symbol]) => symbol),
  };
}

function valuesOf(schema: Schema, prefix: string, place: string): [string, number][] {
  const values: [string, number][] = [];
  for (const [key, text] of Object.entries(schema.parameters ?? {})) {
    if (!key.startsWith(prefix)) continue;
    const symbol = key.slice(prefix.length);
    const number = /^-?\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (!identifier.test(symbol)) {
      throw dataError(`Protobuf enum ${place}: ${JSON.stringify(symbol.slice(0, 100))} cannot name a value`);
    }
    if ((number | 0) !== number)
      throw dataError(`Protobuf enum ${place}: the number of ${symbol} is not one of 32 bits`);
    values.push([symbol, number]);
  }
  return values;
}
