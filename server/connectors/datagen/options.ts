import { readFileSync, statSync } from 'node:fs';
import { isConnectError } from '../../errors/connect-error.ts';
import { isObject, type Json, type JsonObject, member, parseArgJson, schemaError } from './arg-json.ts';
import type { Generate, Generator } from './generation.ts';
import { textOption } from './numbers.ts';

const largestFile = 1 << 20;
const excluded = ['length', 'regex', 'iteration', 'range'];

/** One of the values that the option `options` lists; null: there is no such option. */
export function optionsGenerator(read: Generator['read'], args: JsonObject, place: string): Generate | null {
  const given = member(args, 'options');
  if (given === undefined) return null;
  const other = excluded.find((name) => Object.hasOwn(args, name));
  if (other !== undefined) throw schemaError(place, `options and ${other} exclude each other`);
  const list = isObject(given) ? fromFile(given, place) : given;
  if (!Array.isArray(list))
    throw schemaError(place, 'options must be a list, or an object with file and encoding');
  if (list.length === 0) throw schemaError(place, 'options must not be empty');
  const values = list.map((json: Json, index) => {
    const value = read(json);
    if (value === undefined) throw schemaError(place, `option ${index + 1} does not fit the type`);
    return value;
  });
  return ({ random }) => values[random.below(values.length)];
}

/** Values one after the other, or a list of them. */
function fromFile(given: JsonObject, place: string): Json {
  const file = textOption(given, 'file', place);
  const encoding = textOption(given, 'encoding', place);
  if (file === null || encoding === null) throw schemaError(place, 'options need both file and encoding');
  if (encoding !== 'json') throw schemaError(place, 'encoding of options must be json');
  const text = readSchemaFile(file, place);
  try {
    return listOf(text);
  } catch (error) {
    if (isConnectError(error)) throw schemaError(place, `options file ${file} is not JSON`, error);
    throw error;
  }
}

function listOf(text: string): Json {
  const list = parseArgJson(`[${separated(text)}]`, 'file');
  const [only] = Array.isArray(list) ? list : [];
  return Array.isArray(list) && list.length === 1 && Array.isArray(only) ? only : list;
}

/** Values that follow one another, as Avro writes them, with commas between. */
function separated(text: string): string {
  const values: string[] = [];
  let value = '';
  let depth = 0;
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\[\s\S][^"\\]*)*"|[[{\]}]|[^\s"[{\]}]+|\s+/g)) {
    if (token === '[' || token === '{') depth++;
    else if (token === ']' || token === '}') depth--;
    value += token;
    if (depth > 0 || token.trim() === '') continue;
    values.push(value);
    value = '';
  }
  return [...values, ...(value.trim() === '' ? [] : [value])].join(',');
}

/** A file of a schema or of options. Throws a `config` error that names it. */
export function readSchemaFile(file: string, place: string): string {
  try {
    const { size, isRegular } = statOf(file);
    if (!isRegular) throw schemaError(place, `${file} is not a file`);
    if (size > largestFile) throw schemaError(place, `${file} is larger than ${largestFile} bytes`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isConnectError(error)) throw error;
    throw schemaError(place, `${file} cannot be read`, error);
  }
}

function statOf(file: string): { readonly size: number; readonly isRegular: boolean } {
  const stat = statSync(file);
  return { size: stat.size, isRegular: stat.isFile() };
}
