import type { HeaderConverter, SchemaAndValue, SerializedValue } from '../../plugin-api/converter.ts';
import { BYTES_SCHEMA, STRING_SCHEMA } from '../../records/primitive-schemas.ts';
import type { Schema } from '../../records/schema.ts';
import { headerText } from './header-text.ts';
import { parseHeaderText } from './header-value-parser.ts';

/** Headers as text. Reading guesses the type, so a string of digits comes back as a number. */
export class SimpleHeaderConverter implements HeaderConverter {
  configure(): void {}

  fromConnectHeader(_topic: string, _key: string, schema: Schema | null, value: unknown): SerializedValue {
    return value === null || value === undefined ? null : headerText(schema, value);
  }

  toConnectHeader(_topic: string, _key: string, bytes: Buffer | null): SchemaAndValue {
    if (bytes === null) return { schema: null, value: null };
    if (bytes.length === 0) return { schema: STRING_SCHEMA, value: '' };
    try {
      return parseHeaderText(bytes.toString('utf8'));
    } catch {
      return { schema: BYTES_SCHEMA, value: bytes };
    }
  }
}
