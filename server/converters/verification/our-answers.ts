import { codeOf, messageOf } from '../../errors/connect-error.ts';
import type { SchemaAndValue } from '../../plugin-api/converter.ts';
import { JsonConverter } from '../json/json-converter.ts';
import { SimpleHeaderConverter } from '../simple-header/simple-header-converter.ts';
import { StringConverter } from '../string-converter.ts';
import type { ConverterCase } from './converter-cases.ts';
import { noteOfSchema, noteOfValue, schemaFrom, valueFrom } from './value-notation.ts';

/** What our converters make of a case, written down as `ConverterAnswers.java` does. Only `data` errors are answers. */
export function ourAnswer(each: ConverterCase): unknown {
  try {
    if (each.converter === 'simple') {
      const converter = new SimpleHeaderConverter();
      if ('text' in each) return noteOf(converter.toConnectHeader('t', 'h', Buffer.from(each.text)));
      const schema = each.schema === null ? null : schemaFrom(each.schema);
      return { text: textOf(converter.fromConnectHeader('t', 'h', schema, valueFrom(each.value))) };
    }
    const converter = each.converter === 'json' ? new JsonConverter() : new StringConverter();
    converter.configure({ ...each.config, 'converter.type': 'value' });
    if ('text' in each) return noteOf(converter.toConnectData('t', Buffer.from(each.text)));
    const schema = each.schema === null ? null : schemaFrom(each.schema);
    return { text: textOf(converter.fromConnectData('t', schema, valueFrom(each.value))) };
  } catch (error) {
    if (codeOf(error) !== 'data') throw error;
    return { error: messageOf(error) };
  }
}

function noteOf({ schema, value }: SchemaAndValue) {
  return { schema: schema === null ? null : noteOfSchema(schema), value: noteOfValue(schema, value) };
}

function textOf(bytes: Uint8Array | string | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString();
}

/** Java's messages and ours need not be the same; that a record is refused must. */
export function withoutMessage(answer: unknown): unknown {
  return typeof answer === 'object' && answer !== null && ('error' in answer || 'failure' in answer)
    ? 'refused'
    : answer;
}
