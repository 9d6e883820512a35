/** A connector's config as people write it: raw pairs in their own order. Form and text are two views of it. */
export type ConfigDocument = Readonly<Record<string, string>>;

export type ParsedDocument =
  | { readonly ok: true; readonly document: ConfigDocument }
  | { readonly ok: false; readonly message: string };

/**
 * JSON in either of the dialects in use (`{ key: value }`, `{ "name", "config": {…} }`), or `key=value` lines as in a
 * properties file. Numbers and booleans become their own text, exactly as written.
 */
export function parseDocument(text: string): ParsedDocument {
  const trimmed = text.trim();
  if (trimmed === '') return { ok: true, document: {} };
  return trimmed.startsWith('{') ? parseJson(text) : parseProperties(text);
}

export function formatDocument(document: ConfigDocument): string {
  return JSON.stringify(document, null, 2);
}

/** With one key set, in its old place if it had one; null takes it away. */
export function withValue(document: ConfigDocument, key: string, value: string | null): ConfigDocument {
  if (value !== null) return { ...document, [key]: value };
  return Object.fromEntries(Object.entries(document).filter(([name]) => name !== key));
}

export function isSameDocument(a: ConfigDocument, b: ConfigDocument): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

/** A number keeps the very digits it was written with: 1.10 and 12345678901234567890 stay what they are. */
class WrittenNumber {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

const keepNumbers: Reviver = (_key, value, context) =>
  typeof value === 'number' ? new WrittenNumber(context?.source ?? String(value)) : value;

function parseJson(text: string): ParsedDocument {
  let json: unknown;
  try {
    json = JSON.parse(text, keepNumbers as (key: string, value: unknown) => unknown);
  } catch (error) {
    return { ok: false, message: describeSyntaxError(text, error) };
  }
  if (!isPlainObject(json)) return { ok: false, message: 'The text must be one object of keys and values.' };
  const { config, name, ...others } = json;
  if (isPlainObject(config) && Object.keys(others).every((key) => wrapperKeys.has(key))) {
    return toDocument(typeof name === 'string' && !('name' in config) ? { name, ...config } : config);
  }
  return toDocument(json);
}

/** Members beside `config` in what Connect's REST takes and gives. */
const wrapperKeys = new Set(['tasks', 'type', 'initial_state', 'initial_offsets']);

function toDocument(json: Readonly<Record<string, unknown>>): ParsedDocument {
  const document: Record<string, string> = {};
  for (const [key, value] of Object.entries(json)) {
    if (typeof value === 'string') document[key] = value;
    else if (typeof value === 'boolean') document[key] = String(value);
    else if (value instanceof WrittenNumber) document[key] = value.source;
    else if (value !== null) {
      return { ok: false, message: `${key}: a value must be text, a number, true or false.` };
    }
  }
  return { ok: true, document };
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof WrittenNumber)
  );
}

function describeSyntaxError(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const position = /position (\d+)/.exec(message)?.[1];
  if (position === undefined) return `Not JSON yet: ${message}`;
  const before = text.slice(0, Number(position));
  const line = before.split('\n').length;
  const column = before.length - before.lastIndexOf('\n');
  return `Not JSON yet, at line ${line}, column ${column}.`;
}

function parseProperties(text: string): ParsedDocument {
  const document: Record<string, string> = {};
  const lines = text.replace(/\\\r?\n[ \t]*/g, '').split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    const content = line.trimStart();
    if (content === '' || content.startsWith('#') || content.startsWith('!')) continue;
    const match = /^((?:\\.|[^\\=:\s])+)(?:\s*[=:]\s*|\s+|$)(.*)$/.exec(content);
    if (match === null) return { ok: false, message: `Line ${index + 1} is no key=value pair.` };
    document[unescapeText(match[1] ?? '')] = unescapeText(match[2] ?? '');
  }
  return { ok: true, document };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f' };

function unescapeText(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, code: string | undefined, letter: string) =>
    code === undefined ? (escapes[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
