import type { ParsedConfig } from '../../config/config-def.ts';
import { defineConfig } from '../../config/define-config.ts';
import { boolean, int } from '../../config/kinds.ts';
import { registryKeys } from '../schema-registry/registry-keys.ts';
import type { AvroDataOptions } from './avro-data-options.ts';

const mapping = 'Mapping';
const javaObjects = 'Java objects';
const noEffect = 'Without effect on Connect data, as in Java.';

export const avroConverterConfig = defineConfig({
  ...registryKeys,
  'enhanced.avro.schema.support': boolean({
    importance: 'MEDIUM',
    documentation: 'Write strings that were enums as enums again, and keep full names in fields of unions.',
    default: false,
    group: mapping,
  }),
  'generalized.sum.type.support': boolean({
    importance: 'MEDIUM',
    documentation:
      'Read enums and unions in the form that Avro, Protobuf and JSON Schema share, so that one converter can write what another has read.',
    default: false,
    group: mapping,
  }),
  'scrub.invalid.names': boolean({
    importance: 'MEDIUM',
    documentation: 'Replace what Avro does not allow in names of schemas and fields by underscores.',
    default: false,
    group: mapping,
  }),
  'ignore.default.for.nullables': boolean({
    importance: 'MEDIUM',
    documentation: 'Write null for an optional field that is null, even if its schema has a default.',
    default: false,
    group: mapping,
  }),
  'connect.meta.data': boolean({
    importance: 'LOW',
    documentation:
      'Keep names, versions, docs, parameters and defaults of Connect schemas in the Avro schema, and take them from there.',
    default: true,
    group: mapping,
  }),
  'discard.type.doc.default': boolean({
    importance: 'LOW',
    documentation: 'Keep docs and defaults of Avro fields only, not those of their types.',
    default: false,
    group: mapping,
  }),
  'allow.optional.map.keys': boolean({
    importance: 'LOW',
    documentation:
      'Write maps with optional strings as keys as Avro maps. Otherwise they become arrays of entries.',
    default: false,
    group: mapping,
  }),
  'flatten.singleton.unions': boolean({
    importance: 'LOW',
    documentation: 'Read a union of one type as that type. Otherwise it becomes a struct of one field.',
    default: true,
    group: mapping,
  }),
  'avro.remove.java.properties': boolean({
    importance: 'LOW',
    documentation: 'Leave avro.java.string, which only Java looks at, out of schemas that are registered.',
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
  'schemas.cache.size': int({
    importance: 'LOW',
    documentation: 'Another name of schemas.cache.config. Without effect: max.schemas.per.subject holds.',
    default: 1_000,
    group: mapping,
  }),
  'specific.avro.reader': boolean({
    importance: 'LOW',
    documentation: `Read into generated Java classes. ${noEffect}`,
    default: false,
    group: javaObjects,
  }),
  'avro.reflection.allow.null': boolean({
    importance: 'LOW',
    documentation: `Allow null in fields of Java objects. ${noEffect}`,
    default: false,
    group: javaObjects,
  }),
  'avro.use.logical.type.converters': boolean({
    importance: 'LOW',
    documentation: `Use the converters of Java's Avro library for logical types. ${noEffect}`,
    default: false,
    group: javaObjects,
  }),
});

export function avroDataOptions(config: ParsedConfig<typeof avroConverterConfig>): AvroDataOptions {
  return {
    keepsEnums: config['enhanced.avro.schema.support'],
    generalizesSumTypes: config['generalized.sum.type.support'],
    scrubsNames: config['scrub.invalid.names'],
    writesMetaData: config['connect.meta.data'],
    allowsOptionalMapKeys: config['allow.optional.map.keys'],
    discardsTypeDocAndDefault: config['discard.type.doc.default'],
    ignoresDefaultForNullables: config['ignore.default.for.nullables'],
    flattensSingletonUnions: config['flatten.singleton.unions'],
    removesJavaProperties: config['avro.remove.java.properties'],
  };
}
