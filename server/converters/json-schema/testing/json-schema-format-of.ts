import { parseConfig } from '../../../config/parse-config.ts';
import type { SchemaAndValue } from '../../../plugin-api/converter.ts';
import type { Schema } from '../../../records/schema.ts';
import { ByteWriter } from '../../schema-registry/byte-writer.ts';
import type { RegisteredSchema } from '../../schema-registry/registered-schema.ts';
import { ConnectSchemaReader } from '../connect-schema-reader.ts';
import {
  formatSettingsOf,
  type JsonSchemaFormatSettings,
  jsonSchemaConverterConfig,
} from '../json-schema-config.ts';
import { JsonSchemaFormat } from '../json-schema-format.ts';
import { dialectOf, isModernDialect } from '../schema-dialect.ts';
import { SchemaDocuments } from '../schema-documents.ts';

export type FormatSettings = Readonly<Record<string, string>>;

/** A format as the converter makes it of its settings. */
export function formatOf(settings: FormatSettings = {}): JsonSchemaFormat {
  return new JsonSchemaFormat(settingsOf(settings));
}

export function settingsOf(settings: FormatSettings = {}): JsonSchemaFormatSettings {
  const required = { 'schema.registry.url': 'http://registry.test', 'converter.type': 'value' };
  return formatSettingsOf(parseConfig(jsonSchemaConverterConfig, { ...required, ...settings }));
}

/** A schema as a registry hands it out, with what it imports by name. */
export function registered(
  schema: string | object,
  imports: Readonly<Record<string, string | object>> = {},
): RegisteredSchema {
  const textOf = (each: string | object) => (typeof each === 'string' ? each : JSON.stringify(each));
  const names = Object.keys(imports);
  return {
    schemaType: 'JSON',
    schema: textOf(schema),
    references: names.map((name) => ({ name, subject: name, version: 1 })),
    id: 1,
    guid: null,
    version: null,
    imports: new Map(Object.entries(imports).map(([name, each]) => [name, textOf(each)])),
  };
}

/** The JSON that a value of a Connect schema becomes. */
export function written(schema: Schema | null, value: unknown, settings: FormatSettings = {}): string {
  const out = new ByteWriter();
  formatOf(settings).writerFor(schema).write(value, out);
  return out.view().toString();
}

/** The JSON Schema that is registered for a Connect schema. */
export function registeredText(schema: Schema | null, settings: FormatSettings = {}): string {
  return formatOf(settings).writerFor(schema).text.schema;
}

/** What JSON means under a JSON Schema. */
export function read(
  schema: string | object | RegisteredSchema,
  json: string,
  settings: FormatSettings = {},
): SchemaAndValue {
  const known = typeof schema === 'object' && 'imports' in schema ? schema : registered(schema);
  const bytes = Buffer.from(json);
  return formatOf(settings).readerOf(known).read(bytes, 0, bytes.length);
}

/** The Connect schema of a JSON Schema. */
export function connectSchema(
  schema: string | object,
  settings: FormatSettings = {},
  imports: Readonly<Record<string, string | object>> = {},
): Schema | null {
  const { schema: text, imports: texts } = registered(schema, imports);
  const documents = new SchemaDocuments(text, texts);
  const isModern = isModernDialect(dialectOf(documents.root.node, 'draft_7'));
  return new ConnectSchemaReader(documents, settingsOf(settings), isModern).read(null);
}
