import type { ProtoTokens } from './proto-tokens.ts';

/** A value of an option. Words such as `true`, `inf` or the name of an enum's value stay words. */
export type OptionValue =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'list'; readonly items: readonly OptionValue[] }
  | { readonly kind: 'message'; readonly entries: readonly (readonly [string, OptionValue])[] };

export interface ProtoOption {
  /** `packed`, `features.field_presence`, `(confluent.field_meta).params`. */
  readonly name: string;
  readonly value: OptionValue;
}

const deepest = 32;
const metaName = /^\(\.?confluent\.field_meta\)(\.params)?$/;

/** `option name = value;`, behind the word `option`. */
export function readOptionStatement(tokens: ProtoTokens): ProtoOption {
  const option = readOption(tokens);
  tokens.take(';');
  return option;
}

/** `[name = value, …]`, if there is one. */
export function readOptionList(tokens: ProtoTokens): ProtoOption[] {
  const options: ProtoOption[] = [];
  if (!tokens.take('[')) return options;
  if (tokens.take(']')) return options;
  do options.push(readOption(tokens));
  while (tokens.take(','));
  tokens.require(']');
  return options;
}

/** The last value given for a plain option. */
export function optionValue(options: readonly ProtoOption[], name: string): OptionValue | undefined {
  return options.findLast((option) => option.name === name)?.value;
}

/** The word of an option such as `packed = true`. */
export function optionWord(options: readonly ProtoOption[], name: string): string | undefined {
  const value = optionValue(options, name);
  return value?.kind === 'word' ? value.text : undefined;
}

/** The parameters that Connect's converters leave with a field. */
export function metaParamsOf(options: readonly ProtoOption[]): ReadonlyMap<string, string> {
  const params = new Map<string, string>();
  for (const { name, value } of options) {
    const match = metaName.exec(name);
    if (match === null) continue;
    const values = match[1] === undefined ? membersOf(value, 'params') : flat(value);
    for (const entry of values) {
      const key = textOf(membersOf(entry, 'key')[0]);
      if (key !== undefined) params.set(key, textOf(membersOf(entry, 'value')[0]) ?? '');
    }
  }
  return params;
}

/** Features of editions: `features.x = Y` and `features = { x: Y }`. */
export function featuresOf(options: readonly ProtoOption[]): Map<string, string> {
  const features = new Map<string, string>();
  for (const { name, value } of options) {
    if (name.startsWith('features.') && value.kind === 'word') features.set(name.slice(9), value.text);
    if (name !== 'features' || value.kind !== 'message') continue;
    for (const [feature, each] of value.entries) if (each.kind === 'word') features.set(feature, each.text);
  }
  return features;
}

function readOption(tokens: ProtoTokens): ProtoOption {
  let name = readNamePart(tokens);
  while (tokens.take('.')) name += `.${readNamePart(tokens)}`;
  tokens.require('=');
  return { name, value: readValue(tokens, 0) };
}

function readNamePart(tokens: ProtoTokens): string {
  if (!tokens.take('(')) return tokens.word('the name of an option');
  const name = tokens.dottedName('the name of an option');
  tokens.require(')');
  return `(${name})`;
}

function readValue(tokens: ProtoTokens, depth: number): OptionValue {
  if (depth > deepest) throw tokens.error(`an option is nested more than ${deepest} deep`);
  if (tokens.kind === 'string') return { kind: 'bytes', bytes: tokens.stringBytes('a value') };
  const opening = tokens.text;
  if (tokens.take('{') || tokens.take('<')) return readMessage(tokens, opening === '{' ? '}' : '>', depth);
  if (tokens.take('[')) {
    const items: OptionValue[] = [];
    if (tokens.take(']')) return { kind: 'list', items };
    do items.push(readValue(tokens, depth + 1));
    while (tokens.take(','));
    tokens.require(']');
    return { kind: 'list', items };
  }
  const sign = tokens.take('-') ? '-' : tokens.take('+') ? '+' : '';
  const { kind } = tokens;
  if (kind === 'number') {
    const { text } = tokens;
    tokens.advance();
    return { kind, text: sign + text };
  }
  return { kind: 'word', text: sign + tokens.dottedName('the value of an option') };
}

function readMessage(tokens: ProtoTokens, closing: string, depth: number): OptionValue {
  const entries: (readonly [string, OptionValue])[] = [];
  while (!tokens.take(closing)) {
    const name = readEntryName(tokens);
    tokens.take(':');
    entries.push([name, readValue(tokens, depth + 1)]);
    if (!tokens.take(',')) tokens.take(';');
  }
  return { kind: 'message', entries };
}

/** A name, or that of an extension or a type's address in brackets. */
function readEntryName(tokens: ProtoTokens): string {
  if (!tokens.take('[')) return tokens.word('a name inside an option');
  let name = tokens.dottedName('a name inside an option');
  while (tokens.take('/')) name += `/${tokens.dottedName('a name inside an option')}`;
  tokens.require(']');
  return `[${name}]`;
}

function flat(value: OptionValue): readonly OptionValue[] {
  return value.kind === 'list' ? value.items : [value];
}

function membersOf(value: OptionValue, name: string): OptionValue[] {
  if (value.kind !== 'message') return [];
  return value.entries.filter(([each]) => each === name).flatMap(([, each]) => flat(each));
}

function textOf(value: OptionValue | undefined): string | undefined {
  return value?.kind === 'bytes' ? value.bytes.toString('utf8') : undefined;
}
