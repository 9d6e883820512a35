import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  noteOfValue,
  type SchemaNote,
  schemaFrom,
  type ValueNote,
  valueFrom,
} from '../converters/verification/value-notation.ts';
import { codeOf, messageOf } from '../errors/connect-error.ts';
import { doubleText, floatText } from './java-number-text.ts';
import { projectValue } from './project-value.ts';
import { type ProjectionCase, projectionCases } from './testing/projection-cases.ts';

interface Answer {
  readonly value?: ValueNote;
  /** Messages, from the outermost field inwards. */
  readonly errors?: readonly string[];
}

const rows: readonly { case: ProjectionCase; answer: Answer }[] = JSON.parse(
  readFileSync(new URL('fixtures/java-projections.json', import.meta.url), 'utf8'),
);

function answerOf({ source, value, target }: ProjectionCase): Answer {
  const [from, to] = [schemaFrom(source), schemaFrom(target)];
  try {
    return { value: noteOfValue(to, projectValue(from, valueFrom(value), to)) };
  } catch (error) {
    const errors: string[] = [];
    for (let cause = error; cause instanceof Error; cause = cause.cause) {
      expect(codeOf(cause)).toBe('data');
      errors.push(messageOf(cause));
    }
    return { errors };
  }
}

/** Schemas print differently in the two languages, and floats in older and newer Java. */
function comparable(answer: Answer): Answer {
  if (answer.errors === undefined) return { value: withShortestDigits(answer.value ?? null) };
  return { errors: answer.errors.map((message) => message.replace(/source schema: .*/, 'source schema')) };
}

function withShortestDigits(note: ValueNote): ValueNote {
  if (note?.is === 'float') return { is: 'float', text: floatText(Math.fround(Number(note.text))) };
  if (note?.is === 'double') return { is: 'double', text: doubleText(Number(note.text)) };
  return note;
}

test('the answers of Java are those to the cases of today', () => {
  expect(rows.map((row) => row.case)).toEqual(projectionCases);
});

const name = ({ source, value, target }: ProjectionCase) =>
  `${JSON.stringify(value)} under ${labelOf(source)} as ${labelOf(target)}`;
const labelOf = (schema: SchemaNote) => JSON.stringify(schema);

test.each(rows.map((row) => [name(row.case), row] as const))('%s', (_name, row) => {
  expect(comparable(answerOf(row.case))).toEqual(comparable(row.answer));
});
