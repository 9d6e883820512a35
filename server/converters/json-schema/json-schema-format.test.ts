import fc from 'fast-check';
import { expect, test } from 'vitest';
import { schemasEqual, valuesEqual } from '../../records/equality.ts';
import { ByteWriter } from '../schema-registry/byte-writer.ts';
import { anySchema, valuesOf } from './testing/any-schema.ts';
import { type FormatSettings, formatOf, registered } from './testing/json-schema-format-of.ts';

const cases = anySchema.chain((schema) =>
  fc.tuple(fc.constant(schema), fc.array(valuesOf(schema), { minLength: 1, maxLength: 3 })),
);

test.each<[FormatSettings, number]>([
  [{}, 300],
  [{ 'decimal.format': 'NUMERIC', 'object.additional.properties': 'false' }, 200],
  [{ 'ignore.default.for.nullables': 'true', 'json.indent.output': 'true' }, 200],
])('any value comes back with its schema, with %o', (settings, numRuns) => {
  const format = formatOf(settings);
  const out = new ByteWriter();
  fc.assert(
    fc.property(cases, ([schema, values]) => {
      const writer = format.writerFor(schema);
      const reader = format.readerOf(registered(writer.text.schema));
      for (const value of values) {
        out.length = 0;
        writer.write(value, out);
        const bytes = Buffer.concat([Buffer.from('"'), out.view(), Buffer.from('}')]);
        const again = reader.read(bytes, 1, bytes.length - 1);
        expect(again.schema !== null && schemasEqual(again.schema, schema)).toBe(true);
        expect(valuesEqual(again.value, value)).toBe(true);
      }
    }),
    { numRuns },
  );
});
