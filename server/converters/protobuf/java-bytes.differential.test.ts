import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { codeOf } from '../../errors/connect-error.ts';
import { valuesEqual } from '../../records/equality.ts';
import {
  bytesOf,
  connectSchemaOf,
  formatWith,
  readValue,
  registered,
  structOfNote,
} from './testing/note-data.ts';
import { type CaseNote, protoTextOfNote } from './verification/case-generator.ts';

interface Row {
  readonly case: CaseNote & { readonly wrong: readonly string[] };
  readonly answer: { readonly bytes: string; readonly again: readonly (string | null)[] };
}

const fixture = readFileSync(resolve(import.meta.dirname, 'fixtures/java-answers.json.gz'));
const rows: readonly Row[] = JSON.parse(gunzipSync(fixture).toString('utf8'));

describe('messages of generated schemas', () => {
  it('are as many as were asked of Java', () => {
    expect(rows).toHaveLength(300);
    expect(rows.flatMap((row) => row.case.wrong).length).toBeGreaterThan(1_200);
  });

  it.each(rows.map((row, index) => [index + 1, row] as const))(
    'have the bytes of Java and are read back from them (case %i)',
    (_, { case: note, answer }) => {
      const schema = registered(protoTextOfNote(note.schema));
      const connect = connectSchemaOf(schema);
      const struct = structOfNote(note.schema, 'Root', note.value, connect);
      const format = formatWith();
      expect(bytesOf(format.writerWith(schema, connect), struct).toString('hex')).toBe(answer.bytes);
      const read = readValue(format.readerOf(schema, []), Buffer.from(answer.bytes, 'hex'));
      expect(valuesEqual(read, struct)).toBe(true);
    },
  );

  it.each(rows.map((row, index) => [index + 1, row] as const))(
    'that are damaged are refused where Java refuses them, else understood as Java does (case %i)',
    (_, { case: note, answer }) => {
      const schema = registered(protoTextOfNote(note.schema));
      const format = formatWith();
      const reader = format.readerOf(schema, []);
      const writer = format.writerWith(schema, connectSchemaOf(schema));
      const again = note.wrong.map((hex) => {
        try {
          return bytesOf(writer, readValue(reader, Buffer.from(hex, 'hex'))).toString('hex');
        } catch (error) {
          expect(codeOf(error)).toBe('data');
          return null;
        }
      });
      expect(again).toEqual(answer.again);
    },
  );
});
