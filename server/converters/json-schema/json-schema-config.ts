import type { ParsedConfig } from '../../config/config-def.ts';
import { defineConfig } from '../../config/define-config.ts';
import { boolean, className, int, string } from '../../config/kinds.ts';
import { oneOfIgnoringCase } from '../../config/validators.ts';
import { registryKeys } from '../schema-registry/registry-keys.ts';
import type { JsonSchemaDataSettings } from './data-settings.ts';
import { type SchemaDialect, schemaDialects } from './schema-dialect.ts';

const mapping = 'Mapping';
const serialization = 'Serialization';
const javaObjects = 'Java objects';
const noEffect = 'Without effect on Connect data, as in Java.';

export const jsonSchemaConverterConfig = defineConfig({
  ...registryKeys,
  'object.additional.properties': boolean({
    importance: 'MEDIUM',
    documentation:
      'Whether the schemas of structs that are registered allow properties besides their fields.',
    default: true,
    group: mapping,
  }),
  'use.optional.for.nonrequired': boolean({
    importance: 'MEDIUM',
    documentation: 'Make properties that a schema does not list as required optional fields when reading.',
    default: false,
    group: mapping,
  }),
  'decimal.format': string({
    importance: 'LOW',
    documentation: 'How decimals are written: BASE64 (their bytes) or NUMERIC (a number). Both are read.',
    default: 'BASE64',
    validator: oneOfIgnoringCase('BASE64', 'NUMERIC'),
    group: mapping,
  }),
  'generalized.sum.type.support': boolean({
    importance: 'MEDIUM',
    documentation:
      'Read enums and unions in the form that Avro, Protobuf and JSON Schema share, so that one converter can write what another has read.',
    default: false,
    group: mapping,
  }),
  'ignore.default.for.nullables': boolean({
    importance: 'MEDIUM',
    documentation:
      'Keep the null of an optional field that has a default instead of putting the default in its place.',
    default: false,
    group: mapping,
  }),
  'flatten.singleton.unions': boolean({
    importance: 'LOW',
    documentation: 'Read oneOf and anyOf of a single schema as that schema instead of as a union.',
    default: true,
    group: mapping,
  }),
  'ignore.modern.dialects': boolean({
    importance: 'LOW',
    documentation: 'Read schemas of drafts after 7 as if they were of draft 7.',
    default: false,
    group: mapping,
  }),
  'schemas.cache.config': int({
    importance: 'LOW',
    documentation:
      'Most schemas that Java remembers translated. Without effect: max.schemas.per.subject holds for them.',
    default: 1_000,
    group: mapping,
  }),
  'json.fail.invalid.schema': boolean({
    importance: 'MEDIUM',
    documentation:
      'Validate each value against the whole JSON Schema, when writing and when reading, and fail the record that does not match.',
    default: false,
    group: serialization,
  }),
  'json.schema.spec.version': string({
    importance: 'MEDIUM',
    documentation:
      'Version of JSON Schema by which values are validated when their schema names none: draft_4, draft_6, draft_7, draft_2019_09 or draft_2020_12.',
    default: 'draft_7',
    validator: oneOfIgnoringCase(...schemaDialects),
    group: serialization,
  }),
  'json.indent.output': boolean({
    importance: 'LOW',
    documentation: 'Write each member on an indented line of its own.',
    default: false,
    group: serialization,
  }),
  'json.write.dates.iso8601': boolean({
    importance: 'MEDIUM',
    documentation: `Write dates of Java objects as ISO 8601 texts; Connect's are numbers, as their schema says. ${noEffect}`,
    default: false,
    group: javaObjects,
  }),
  'json.oneof.for.nullables': boolean({
    importance: 'MEDIUM',
    documentation: `Use oneOf for what may be null in schemas made of Java classes; those of Connect schemas always do. ${noEffect}`,
    default: true,
    group: javaObjects,
  }),
  'json.default.property.inclusion': string({
    importance: 'MEDIUM',
    documentation: `Which properties of Java objects are written. ${noEffect}`,
    default: null,
    group: javaObjects,
  }),
  'json.fail.unknown.properties': boolean({
    importance: 'LOW',
    documentation: `Fail for properties that a Java class does not have. ${noEffect}`,
    default: true,
    group: javaObjects,
  }),
  'json.key.type': className({
    importance: 'LOW',
    documentation: `Java class of keys. ${noEffect}`,
    default: 'java.lang.Object',
    group: javaObjects,
  }),
  'json.value.type': className({
    importance: 'LOW',
    documentation: `Java class of values. ${noEffect}`,
    default: 'java.lang.Object',
    group: javaObjects,
  }),
  'type.property': string({
    importance: 'LOW',
    documentation: `Keyword of a schema that names a Java class. ${noEffect}`,
    default: 'javaType',
    group: javaObjects,
  }),
});

/** All that the settings say about the format. */
export interface JsonSchemaFormatSettings extends JsonSchemaDataSettings {
  readonly validates: boolean;
  readonly assumedDialect: SchemaDialect;
  readonly ignoresModernDialects: boolean;
  readonly indents: boolean;
}

export function formatSettingsOf(
  config: ParsedConfig<typeof jsonSchemaConverterConfig>,
): JsonSchemaFormatSettings {
  const dialect = config['json.schema.spec.version'].toLowerCase();
  return {
    isDecimalNumeric: config['decimal.format'].toUpperCase() === 'NUMERIC',
    allowsAdditionalProperties: config['object.additional.properties'],
    usesOptionalForNonRequired: config['use.optional.for.nonrequired'],
    supportsGeneralizedSumTypes: config['generalized.sum.type.support'],
    ignoresDefaultForNullables: config['ignore.default.for.nullables'],
    flattensSingletonUnions: config['flatten.singleton.unions'],
    validates: config['json.fail.invalid.schema'],
    assumedDialect: schemaDialects.find((each) => each === dialect) ?? 'draft_7',
    ignoresModernDialects: config['ignore.modern.dialects'],
    indents: config['json.indent.output'],
  };
}
