import type { ConfigKeys } from '../../config/config-def.ts';
import { defineConfig } from '../../config/define-config.ts';
import { boolean, int } from '../../config/kinds.ts';
import { parseConfig } from '../../config/parse-config.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import { registryKeys } from '../schema-registry/registry-keys.ts';
import type { ProtobufOptions } from './protobuf-options.ts';

const group = 'Protobuf';

const protobufKeys = {
  'generalized.sum.type.support': boolean({
    importance: 'MEDIUM',
    documentation:
      "Describe enums and unions by Connect's own parameters (org.apache.kafka.connect.data.Enum and Union), which other converters understand too, instead of those of this converter.",
    default: false,
    group,
  }),
  'ignore.default.for.nullables': boolean({
    importance: 'MEDIUM',
    documentation:
      'Write the null of an optional field as null, even where the field has a default that would be written otherwise.',
    default: false,
    group,
  }),
  'enhanced.protobuf.schema.support': boolean({
    importance: 'MEDIUM',
    documentation:
      'Name schemas with the package and the messages around them when reading, so that the package is kept when they are written again.',
    default: false,
    group,
  }),
  'generate.index.for.unions': boolean({
    importance: 'MEDIUM',
    documentation: 'Name the struct of a oneof with its index behind the name, such as kind_0, when reading.',
    default: true,
    group,
  }),
  'flatten.unions': boolean({
    importance: 'MEDIUM',
    documentation: 'Read the fields of a oneof as plain fields, without a struct around them.',
    default: false,
    group,
  }),
  'generate.struct.for.nulls': boolean({
    importance: 'MEDIUM',
    documentation: 'Read a message that is not set as a struct of defaults rather than as null.',
    default: false,
    group,
  }),
  'scrub.invalid.names': boolean({
    importance: 'MEDIUM',
    documentation:
      'Replace what Protobuf does not allow in names when writing: a letter goes in front, underscores take the place of other characters.',
    default: false,
    group,
  }),
  'int.for.enums': boolean({
    importance: 'MEDIUM',
    documentation: 'Read the values of enums as integers rather than by their names.',
    default: false,
    group,
  }),
  'optional.for.nullables': boolean({
    importance: 'MEDIUM',
    documentation:
      'Write fields that may be null with the label optional, so that null and zero stay apart; and read only fields with that label as optional.',
    default: false,
    group,
  }),
  'optional.for.proto2': boolean({
    importance: 'MEDIUM',
    documentation:
      'Read an optional field of a proto2 schema that is not set as null rather than as its default.',
    default: true,
    group,
  }),
  'wrapper.for.nullables': boolean({
    importance: 'MEDIUM',
    documentation:
      'Write fields that may be null as wrapper messages (google.protobuf.StringValue …), and read these as optional values rather than as structs.',
    default: false,
    group,
  }),
  'wrapper.for.raw.primitives': boolean({
    importance: 'MEDIUM',
    documentation: 'Read a wrapper message that is the whole key or value as the plain value inside.',
    default: true,
    group,
  }),
  'schemas.cache.config': int({
    importance: 'LOW',
    documentation:
      'Taken for the sake of existing configurations: how many schemas are kept is for max.schemas.per.subject to say.',
    default: 1000,
    group,
  }),
} as const satisfies ConfigKeys;

const formatConfig = defineConfig(protobufKeys);

export const protobufConverterConfig = defineConfig({ ...registryKeys, ...protobufKeys });

export function protobufOptionsOf(settings: Settings): ProtobufOptions {
  const config = parseConfig(formatConfig, settings);
  return {
    keepsPackages: config['enhanced.protobuf.schema.support'],
    numbersUnions: config['generate.index.for.unions'],
    flattensUnions: config['flatten.unions'],
    generalizesSumTypes: config['generalized.sum.type.support'],
    makesStructsForNulls: config['generate.struct.for.nulls'],
    scrubsNames: config['scrub.invalid.names'],
    readsEnumsAsIntegers: config['int.for.enums'],
    labelsNullables: config['optional.for.nullables'],
    keepsProto2Presence: config['optional.for.proto2'],
    wrapsNullables: config['wrapper.for.nullables'],
    unwrapsRoot: config['wrapper.for.raw.primitives'],
    ignoresDefaults: config['ignore.default.for.nullables'],
  };
}
