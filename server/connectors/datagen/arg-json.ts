import { ConnectError } from '../../errors/connect-error.ts';

/** JSON of a schema. Whole numbers that a double cannot hold are bigint. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

const deepest = 100;
const longest = 1 << 20;

/**
 * As Java's Avro parser reads schemas: comments are allowed. Throws a `config` error, which shows no piece of a text
 * from a file: that may be any file of the worker.
 */
export function parseArgJson(text: string, from: 'file' | 'setting'): Json {
  if (text.length > longest) throw schemaError('', `it is longer than ${longest} characters`);
  const plain = withoutComments(text.replace(/^\ufeff/, ''));
  try {
    return JSON.parse(plain, (_name, value, context?: { readonly source?: string }) =>
      typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
        ? BigInt(context?.source ?? 0)
        : value,
    );
  } catch (error) {
    const [message = ''] =
      from === 'setting' ? [String(error)] : (/at position \d+/.exec(String(error)) ?? []);
    throw schemaError('', `it is not JSON${message === '' ? '' : ` (${message})`}`);
  }
}

export function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** What an object itself holds under a name. */
export function member(json: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(json, name) ? json[name] : undefined;
}

/** Java's words, and then the place and the reason that it keeps to itself. */
export function schemaError(place: string, why: string, cause?: unknown): ConnectError {
  const where = place === '' ? '' : `${place}: `;
  return new ConnectError('config', `Unable to parse the provided schema: ${where}${why}`, { cause });
}

function withoutComments(text: string): string {
  let plain = '';
  let depth = 0;
  const tokens = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[[{\]}]/g;
  let from = 0;
  for (const match of text.matchAll(tokens)) {
    const [token] = match;
    plain += text.slice(from, match.index);
    from = match.index + token.length;
    if (token === '[' || token === '{') depth++;
    else if (token === ']' || token === '}') depth--;
    if (depth > deepest) throw schemaError('', `it is nested deeper than ${deepest} levels`);
    plain += token.startsWith('/') ? ' ' : token;
  }
  return plain + text.slice(from);
}
