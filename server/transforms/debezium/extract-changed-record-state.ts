import { defineConfig } from '../../config/define-config.ts';
import { string } from '../../config/kinds.ts';
import { parseConfig } from '../../config/parse-config.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { Transformation } from '../../plugin-api/transformation.ts';
import { valuesEqual } from '../../records/equality.ts';
import { ConnectHeaders } from '../../records/headers.ts';
import { OPTIONAL_STRING_SCHEMA } from '../../records/primitive-schemas.ts';
import type { ConnectRecord } from '../../records/record.ts';
import type { Schema } from '../../records/schema.ts';
import { arraySchema } from '../../records/schema-of.ts';
import type { Struct } from '../../records/struct.ts';
import { requireStruct } from '../fields/record-data.ts';
import { hasEnvelope, requireEnvelope } from './envelope.ts';

const purpose = 'comparison of the states of a row';

export const extractChangedRecordStateConfig = defineConfig({
  'header.changed.name': string({
    importance: 'LOW',
    width: 'LONG',
    displayName: 'Header change name.',
    default: null,
    documentation: 'The header that lists the fields that changed; none: it is not added.',
  }),
  'header.unchanged.name': string({
    importance: 'LOW',
    width: 'LONG',
    displayName: 'Header unchanged name.',
    default: null,
    documentation: 'The header that lists the fields that stayed the same; none: it is not added.',
  }),
});

interface ListHeader {
  readonly name: string;
  readonly schema: Schema;
  readonly isOfChanged: boolean;
}

/** Headers with the names of the fields that an update changed or left alone; empty for other events. */
export class ExtractChangedRecordState implements Transformation {
  #headers: readonly ListHeader[] = [];

  configure(settings: Settings): void {
    const config = parseConfig(extractChangedRecordStateConfig, settings);
    this.#headers = [
      ...listHeader(config['header.changed.name'], true),
      ...listHeader(config['header.unchanged.name'], false),
    ];
  }

  apply<R extends ConnectRecord>(record: R): R {
    if (record.value === null || record.value === undefined || !hasEnvelope(record)) return record;
    const envelope = requireEnvelope(record);
    const [before, after] = [envelope.get('before'), envelope.get('after')];
    const headers = record.headers?.duplicate() ?? new ConnectHeaders();
    for (const { name, schema, isOfChanged } of this.#headers) {
      const fields =
        before === null || after === null
          ? []
          : namesOf(requireStruct(before, purpose), requireStruct(after, purpose), isOfChanged);
      headers.add(name, schema, fields);
    }
    return { ...record, headers };
  }
}

function listHeader(name: string | null, isOfChanged: boolean): ListHeader[] {
  if (name === null || name.trim() === '') return [];
  return [{ name, isOfChanged, schema: arraySchema(OPTIONAL_STRING_SCHEMA, { optional: true, name }) }];
}

function namesOf(before: Struct, after: Struct, isOfChanged: boolean): readonly string[] {
  return after.schema.fields
    .filter(({ name, index }) => {
      const isSame = valuesEqual(after.values[index] ?? null, before.getWithoutDefault(name));
      return isSame !== isOfChanged;
    })
    .map(({ name }) => name);
}
