import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { valuesEqual } from '../../records/equality.ts';
import { schemaFrom, valueFrom } from '../verification/value-notation.ts';
import { avroFormat } from './testing/avro-format-of.ts';
import { type Answer, ourReadAnswer, ourWriteAnswer, registeredAs } from './testing/our-avro-answers.ts';
import type { AvroCase, AvroReadCase, AvroWriteCase } from './verification/avro-cases.ts';

interface Row<Case> {
  readonly case: Case;
  readonly answer: Answer & { readonly isSame?: boolean };
}

/** Answers of the Java mapping and of Apache Avro, written down by `verification/ask-java.ts`. */
const fixture = join(import.meta.dirname, 'fixtures/java-answers.json.gz');
const rows: readonly Row<AvroCase>[] = JSON.parse(gunzipSync(readFileSync(fixture)).toString());
const isRead = (row: Row<AvroCase>): row is Row<AvroReadCase> => 'avro' in row.case;
const isWrite = (row: Row<AvroCase>): row is Row<AvroWriteCase> => 'schema' in row.case;

/** Java compares defaults that are bytes by identity, and so refuses structs that have the right schema; structs as defaults likewise. */
const javaMistakesStructs = /Struct schemas do not match|Mismatching struct schema|Invalid default value/;
/** Java takes the version of the subject for one of the logical type. */
const javaMistakesVersions = /Mismatched versions: version already added/;
/** Java looks for branches of generalized unions under names one off where null comes first. */
const javaMistakesBranches =
  /connect_union_field_\d+ is not a valid field name|for field: "connect_union_field|Struct schemas do not match/;

/** Java cuts bits off numbers that do not fit, and its dates and times reach farther; ours are refused. */
const reachesFarther = /"connect\.type":"int(8|16)"|"logicalType":"(date|timestamp-millis)"/;

describe('written', () => {
  const written = rows.filter(isWrite);

  test('there are as many cases as ever', () => {
    expect(written.length).toBeGreaterThan(900);
  });

  test('schemas and bytes are those of Java, or both refuse', () => {
    for (const { case: each, answer } of written) {
      // Two kinds of entries of one name: the text is no longer the schema that Java wrote with.
      if (answer.isSame === false || javaMistakesStructs.test(answer.error ?? '')) continue;
      const ours = ourWriteAnswer(each);
      if (answer.error !== undefined) {
        expect(ours, JSON.stringify(each)).toMatchObject({ error: 'data' });
      } else {
        expect(ours, JSON.stringify(each)).toEqual({ avro: answer.avro, bytes: answer.bytes });
      }
    }
  });

  test('what is written is read again by the schema that is registered for it', () => {
    for (const { case: each } of written) {
      // Only these settings keep all there is to know.
      if (Object.keys(each.config).length > 0 || each.schema === null || each.value === null) continue;
      const ours = ourWriteAnswer(each);
      if (ours.bytes === undefined || ours.avro === undefined) continue;
      const bytes = Buffer.from(ours.bytes, 'base64');
      const read = avroFormat().readerOf(registeredAs(ours.avro)).read(bytes, 0, bytes.length);
      expect(read.schema?.type, ours.avro).toBe(each.schema.type);
      if (!/default|Union|"STRUCT"/.test(JSON.stringify(each.schema))) {
        const value = valueFrom(each.value);
        expect(valuesEqual(read.value, value), `${ours.avro} ${JSON.stringify(each.value)}`).toBe(true);
        expect(read.schema?.optional).toBe(schemaFrom(each.schema).optional);
      }
    }
  });
});

describe('read', () => {
  const read = rows.filter(isRead);

  test('there are as many cases as ever', () => {
    expect(read.length).toBeGreaterThan(1000);
  });

  test('schemas and values are those of Java, or both refuse', () => {
    for (const { case: each, answer } of read) {
      const base64 = each.bytes ?? answer.bytes;
      if (base64 === undefined) throw new Error(`No bytes were written: ${JSON.stringify(each)}`);
      const ours = ourReadAnswer(each, base64);
      const label = JSON.stringify({ each, answer });
      if (ours.error !== undefined && reachesFarther.test(each.avro)) {
        expect(ours.error, label).toBe('data');
      } else if (answer.error !== undefined) {
        const isMistaken =
          (javaMistakesVersions.test(answer.error) && each.version !== undefined) ||
          (javaMistakesBranches.test(answer.error) && each.config['generalized.sum.type.support'] === 'true');
        if (isMistaken) expect(ours.error, label).toBeUndefined();
        else expect(ours, label).toEqual({ error: 'data' });
      } else if (answer.value === null) {
        // Java has no schema for a null; ours says what could have been there.
        expect(ours.value, label).toBeNull();
      } else {
        expect(JSON.parse(JSON.stringify(ours)), label).toEqual({
          schema: answer.schema,
          value: answer.value,
        });
      }
    }
  });
});
