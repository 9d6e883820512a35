import { defineConfig } from '../../config/define-config.ts';
import { boolean, int, string } from '../../config/kinds.ts';
import { oneOfIgnoringCase } from '../../config/validators.ts';
import { converterKeys } from '../converter-config.ts';

export const jsonConverterConfig = defineConfig({
  ...converterKeys,
  'schemas.enable': boolean({
    importance: 'HIGH',
    documentation: 'Write the schema beside each value, and expect it there when reading.',
    default: true,
    group: 'Schemas',
    orderInGroup: 0,
    width: 'MEDIUM',
    displayName: 'Enable Schemas',
  }),
  'schemas.cache.size': int({
    importance: 'HIGH',
    documentation: 'Most schemas that are remembered.',
    default: 1000,
    group: 'Schemas',
    orderInGroup: 1,
    width: 'MEDIUM',
    displayName: 'Schema Cache Size',
  }),
  'schema.content': string({
    importance: 'HIGH',
    documentation:
      'Schema of every message, as JSON; messages then have no schema of their own. For reading, with schemas.enable.',
    default: null,
    group: 'Schemas',
    orderInGroup: 2,
    width: 'MEDIUM',
    displayName: 'Schema Content',
  }),
  'decimal.format': string({
    importance: 'LOW',
    documentation: 'How decimals are written: BASE64 (their bytes) or NUMERIC (a number). Both are read.',
    default: 'BASE64',
    validator: oneOfIgnoringCase('NUMERIC', 'BASE64'),
    group: 'Serialization',
    orderInGroup: 0,
    width: 'MEDIUM',
    displayName: 'Decimal Format',
  }),
  'replace.null.with.default': boolean({
    importance: 'LOW',
    documentation: 'Put the default of a field in the place of its null, when writing and when reading.',
    default: true,
    group: 'Serialization',
    orderInGroup: 1,
    width: 'MEDIUM',
    displayName: 'Replace null with default',
  }),
});

/** What decides how values are written and read. */
export interface JsonFormat {
  readonly isDecimalNumeric: boolean;
  readonly replacesNullWithDefault: boolean;
}
