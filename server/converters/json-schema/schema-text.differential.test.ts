import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { textOfNode } from '../json/json-node.ts';
import { JsonParser } from '../json/json-parser.ts';
import { type SchemaNote, schemaFrom } from '../verification/value-notation.ts';
import { registeredText } from './testing/json-schema-format-of.ts';

const rows: readonly { schema: SchemaNote; text: string }[] = JSON.parse(
  gunzipSync(readFileSync(new URL('fixtures/java-schema-texts.json.gz', import.meta.url))).toString(),
);

test('250 generated schemas are registered member by member as the Java library writes them', () => {
  expect(rows.length).toBe(250);
  for (const { schema, text } of rows) {
    expect(withOneKindOfEscapes(registeredText(schemaFrom(schema)))).toBe(withOneKindOfEscapes(text));
  }
});

/** Registries tell no escapes apart. */
function withOneKindOfEscapes(json: string): string {
  return textOfNode(new JsonParser(json).value());
}
