import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { valuesEqual } from '../../records/equality.ts';
import { Struct } from '../../records/struct.ts';
import {
  bytesOf,
  connectSchemaOf,
  formatWith,
  readValue,
  registered,
  structOfNote,
} from './testing/note-data.ts';
import {
  generatedCase,
  type MessageNote,
  protoTextOfNote,
  type SchemaNote,
} from './verification/case-generator.ts';

const firstSeed = 10_001;
const seeds = Array.from({ length: 250 }, (_, index) => firstSeed + index);

/** Only what can be told from both: no maps, as that library has objects for them. */
function hasMaps(schema: SchemaNote): boolean {
  return schema.messages.some((message: MessageNote) => message.fields.some(({ label }) => label === 'map'));
}

describe('generated messages', () => {
  it.each(seeds)('are understood by protobufjs, and what it writes is understood (seed %i)', (seed) => {
    const note = generatedCase(seed);
    const text = protoTextOfNote(note.schema);
    const schema = registered(text);
    const connect = connectSchemaOf(schema);
    const struct = structOfNote(note.schema, 'Root', note.value, connect);
    const format = formatWith();
    const bytes = bytesOf(format.writerWith(schema, connect), struct);
    const type = protobuf.parse(text, { keepCase: true }).root.lookupType('made.up.Root');
    const understood = type.decode(bytes);
    expect(type.verify(understood)).toBeNull();
    const again = Buffer.from(type.encode(understood).finish());
    const back = readValue(format.readerOf(schema, []), again);
    expect(back).toBeInstanceOf(Struct);
    expect(valuesEqual(back, struct)).toBe(true);
    if (!hasMaps(note.schema)) expect(again.length).toBe(bytes.length);
  });
});
