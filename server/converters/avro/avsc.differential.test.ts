import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import avsc from 'avsc';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteWriter } from '../schema-registry/byte-writer.ts';
import { avroFormat } from './testing/avro-format-of.ts';
import { type Answer, ourWriteAnswer, registeredAs } from './testing/our-avro-answers.ts';
import type { AvroReadCase } from './verification/avro-cases.ts';
import { written } from './verification/generated-avro-cases.ts';

/** By default avsc refuses longs beyond 2^53. */
const long = avsc.types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(value);
    return buffer;
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (left: bigint, right: bigint) => Number(left > right) - Number(left < right),
});

function exactLongs(schema: avsc.Schema): avsc.Type | undefined {
  const type = typeof schema === 'object' && 'type' in schema ? schema.type : schema;
  return type === 'long' ? long : undefined;
}

/** What avsc makes of bytes: read, and written again. Defaults are left out: avsc allows those of first branches only. */
function copyByAvsc(text: string, bytes: Buffer): Buffer {
  const schema: avsc.Schema = JSON.parse(text, (name, value) => (name === 'default' ? undefined : value));
  const type = avsc.Type.forSchema(schema, { wrapUnions: true, typeHook: exactLongs });
  return type.toBuffer(type.fromBuffer(bytes));
}

test('avsc reads what is written by the schema that is registered for it', () => {
  fc.assert(
    fc.property(written, (each) => {
      const { avro, bytes } = ourWriteAnswer(each);
      if (avro === undefined || bytes === undefined) return;
      expect(copyByAvsc(avro, Buffer.from(bytes, 'base64')).toString('base64')).toBe(bytes);
    }),
    { seed: 20260101, numRuns: 200 },
  );
});

interface Row {
  readonly case: AvroReadCase;
  readonly answer: Answer;
}

test('whatever Java wrote is read and written again byte for byte, here as by avsc', () => {
  const fixture = join(import.meta.dirname, 'fixtures/java-answers.json.gz');
  const rows: readonly Row[] = JSON.parse(gunzipSync(readFileSync(fixture)).toString());
  let compared = 0;
  for (const { case: each, answer } of rows) {
    // Random numbers are no days, times or small integers.
    if (each.avro === undefined || answer.bytes === undefined || /logicalType|connect\.type/.test(each.avro))
      continue;
    if (answer.error !== undefined) continue;
    const bytes = Buffer.from(answer.bytes, 'base64');
    const format = avroFormat(each.config);
    const registered = registeredAs(each.avro);
    const { schema, value } = format.readerOf(registered).read(bytes, 0, bytes.length);
    if (schema === null) continue;
    const out = new ByteWriter();
    format.writerWith(registered, schema).write(value, out);
    expect(out.view().toString('base64'), each.avro).toBe(answer.bytes);
    if (!/"default"/.test(each.avro))
      expect(copyByAvsc(each.avro, bytes).toString('base64')).toBe(answer.bytes);
    compared++;
  }
  expect(compared).toBeGreaterThan(300);
});
