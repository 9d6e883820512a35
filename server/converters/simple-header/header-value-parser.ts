import type { SchemaAndValue } from '../../plugin-api/converter.ts';
import { BOOLEAN_SCHEMA, STRING_SCHEMA } from '../../records/primitive-schemas.ts';
import { arraySchema, mapSchema } from '../../records/schema-of.ts';
import { alignElements } from './common-schema.ts';
import { numberOf, temporalOf } from './scalar-text.ts';

const deepestNesting = 100;
const nothing: SchemaAndValue = { schema: null, value: null };
/** Up to the next character that means something, unless it is escaped. */
const bareWord = /(?:\\.|[^\\:,{}[\]"])*/sy;
const bareTemporal = /(?:\d{4}-\d\d-\d\dT)?\d\d\\?:\d\d\\?:\d\d\.\d{3}Z/y;
const string = /"((?:\\.|[^"\\])*)"/sy;

/** Reads a header's text: the narrowest schema that fits. What cannot be read as anything else is a string. */
export function parseHeaderText(text: string): SchemaAndValue {
  const trimmed = text.trim();
  if (trimmed.startsWith('[') || trimmed.startsWith('{')) {
    return new ContainerParser(trimmed).parse() ?? { schema: STRING_SCHEMA, value: text };
  }
  return literalOf(trimmed) ?? { schema: STRING_SCHEMA, value: text };
}

function literalOf(word: string): SchemaAndValue | null {
  if (word === 'null') return nothing;
  if (word === 'true' || word === 'false') return { schema: BOOLEAN_SCHEMA, value: word === 'true' };
  return temporalOf(word) ?? numberOf(word);
}

/** Lists and maps. Anything out of order makes the whole text a string, so problems are just null. */
class ContainerParser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): SchemaAndValue | null {
    const result = this.#value();
    return this.#at === this.#text.length ? result : null;
  }

  #value(): SchemaAndValue | null {
    if (this.#take('[')) return this.#nested(() => this.#list());
    if (this.#take('{')) return this.#nested(() => this.#map());
    const content = this.#match(string)?.[1];
    if (content !== undefined) {
      return temporalOf(content) ?? { schema: STRING_SCHEMA, value: content.replaceAll(/\\(["\\])/g, '$1') };
    }
    const word = this.#match(bareTemporal) ?? this.#match(bareWord);
    return word === null ? null : literalOf(word[0].trim());
  }

  #nested(parse: () => SchemaAndValue | null): SchemaAndValue | null {
    if (this.#depth >= deepestNesting) return null;
    this.#depth++;
    const result = parse();
    this.#depth--;
    return result;
  }

  #list(): SchemaAndValue | null {
    const items: SchemaAndValue[] = [];
    while (!this.#take(']')) {
      const item = this.#value();
      if (item === null) return null;
      items.push(item);
      if (!this.#take(',') && !this.#isNext(']')) return null;
    }
    if (mixesNulls(items)) return null;
    const { schema, values } = alignElements(items);
    return { schema: arraySchema(schema), value: values };
  }

  #map(): SchemaAndValue | null {
    const keys: SchemaAndValue[] = [];
    const values: SchemaAndValue[] = [];
    while (!this.#take('}')) {
      const key = this.#value();
      if (key === null || key.value === null || !this.#take(':')) return null;
      const value = this.#value();
      if (value === null) return null;
      keys.push(key);
      values.push(value);
      // The comma may be missing, as for the Java converter.
      this.#take(',');
    }
    if (mixesNulls(values)) return null;
    const alignedKeys = alignElements(keys);
    const alignedValues = alignElements(values);
    return {
      schema: mapSchema(alignedKeys.schema, alignedValues.schema),
      value: new Map(alignedKeys.values.map((key, index) => [key, alignedValues.values[index]])),
    };
  }

  #take(character: string): boolean {
    if (!this.#isNext(character)) return false;
    this.#at++;
    this.#skipSpace();
    return true;
  }

  #isNext(character: string): boolean {
    this.#skipSpace();
    return this.#text[this.#at] === character;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return null;
    this.#at += match[0].length;
    this.#skipSpace();
    return match;
  }

  #skipSpace(): void {
    while (this.#text.charCodeAt(this.#at) <= 0x20) this.#at++;
  }
}

/** Elements without and with a schema side by side have none in common. */
function mixesNulls(elements: readonly SchemaAndValue[]): boolean {
  return elements.some(({ value }) => value === null) && elements.some(({ value }) => value !== null);
}
