import { ConnectError } from '../../errors/connect-error.ts';
import type { Field, Schema } from '../../records/schema.ts';
import type { Struct } from '../../records/struct.ts';
import { dataError, fieldValue, type RecordMap, requireMapOrNull, requireStruct } from './record-data.ts';

const purpose = 'nested field access';

/** The way to one field: by syntax V1 a field at the top, by V2 names parted by dots, in backticks where they hold some. */
export class FieldPath {
  readonly steps: readonly string[];
  readonly #text: string;
  readonly #parents: readonly string[];
  readonly #last: string;

  constructor(text: string, syntax: 'V1' | 'V2') {
    this.#text = text;
    this.steps = syntax === 'V2' ? stepsOf(text) : [text];
    this.#parents = this.steps.slice(0, -1);
    this.#last = this.steps.at(-1) ?? '';
  }

  /** null where a parent is null or missing. */
  inMap(map: RecordMap | null): unknown {
    let current = map;
    for (const step of this.#parents) {
      if (current === null) return null;
      current = requireMapOrNull(current.get(step), purpose);
    }
    return current?.get(this.#last) ?? null;
  }

  inStruct(struct: Struct, replacesNull: boolean): unknown {
    let current = struct;
    for (const step of this.#parents) {
      const field = current.schema.field(step);
      const value = field === undefined ? null : fieldValue(current, field, true);
      if (value === null) return null;
      current = requireStruct(value, purpose);
    }
    const field = current.schema.field(this.#last);
    return field === undefined ? null : fieldValue(current, field, replacesNull);
  }

  /** undefined when there is no such field. */
  inSchema(schema: Schema): Field | undefined {
    let current = schema;
    for (const step of this.#parents) {
      const field = fieldOf(current, step);
      if (field === undefined) return undefined;
      current = field.schema;
    }
    return fieldOf(current, this.#last);
  }

  toString(): string {
    return this.#text;
  }
}

function fieldOf(schema: Schema, name: string): Field | undefined {
  if (schema.type !== 'STRUCT') throw dataError('Cannot look up fields on non-struct type');
  return schema.field(name);
}

function stepsOf(text: string): readonly string[] {
  if (!text.includes('.')) return [text];
  const steps: string[] = [];
  let start = 0;
  while (start <= text.length) {
    const end = text[start] === '`' ? closingBacktick(text, start) : undefined;
    if (end === undefined) {
      const dot = text.indexOf('.', start);
      const stop = dot === -1 ? text.length : dot;
      steps.push(text.slice(start, stop));
      start = stop + 1;
    } else {
      steps.push(unescaped(text.slice(start + 1, end)));
      start = end + 2;
    }
  }
  return steps;
}

/** A backtick closes only before a dot or at the end, and not after a backslash. */
function closingBacktick(text: string, start: number): number {
  for (let index = text.indexOf('`', start + 1); index !== -1; index = text.indexOf('`', index + 1)) {
    const isBeforeBorder = index + 1 === text.length || text[index + 1] === '.';
    if (isBeforeBorder && text[index - 1] !== '\\') return index;
  }
  throw new ConnectError(
    'config',
    `Incomplete backtick pair in path: [${text}], consider adding a backslash before the backtick at position ${start} to escape it`,
  );
}

function unescaped(step: string): string {
  return step.replaceAll(/\\`(?=\.|$)/g, '`');
}
