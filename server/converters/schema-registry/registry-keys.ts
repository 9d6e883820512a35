import type { ParsedConfig } from '../../config/config-def.ts';
import { defineConfig } from '../../config/define-config.ts';
import { boolean, className, int, list, long, string } from '../../config/kinds.ts';
import { atLeast } from '../../config/validators.ts';
import { converterKeys } from '../converter-config.ts';
import { authenticationKeys } from './authentication-keys.ts';
import { knownClasses, notSupported, usableUrls } from './key-validators.ts';
import { schemaIdReaders, schemaIdWriters } from './schema-id-places.ts';
import { subjectNameStrategies } from './subject-name.ts';
import { tlsKeys } from './tls-keys.ts';

const connection = 'Connection';
const schemas = 'Schemas';
const naming = 'Subjects and ids';
const caching = 'Caches';
const noRules = 'rules on schemas, field encryption among them, are not run here; leave it out';

function subjectNameStrategy(of: 'key' | 'value') {
  return className({
    importance: 'MEDIUM',
    documentation: `How the subject of a ${of}'s schema is named: after the topic (TopicNameStrategy: <topic>-${of}), the record (RecordNameStrategy), or both (TopicRecordNameStrategy).`,
    default: 'io.confluent.kafka.serializers.subject.TopicNameStrategy',
    validator: knownClasses(subjectNameStrategies),
    group: naming,
  });
}

function schemaIdSerializer(of: 'key' | 'value') {
  return className({
    importance: 'MEDIUM',
    documentation: `Where the id of a ${of}'s schema is written: before its bytes (PrefixSchemaIdSerializer), or as GUID in the header __${of}_schema_id (HeaderSchemaIdSerializer).`,
    default: 'io.confluent.kafka.serializers.schema.id.PrefixSchemaIdSerializer',
    validator: knownClasses(schemaIdWriters),
    group: naming,
  });
}

function schemaIdDeserializer(of: 'key' | 'value') {
  return className({
    importance: 'MEDIUM',
    documentation: `Where the id of a ${of}'s schema is looked for: in the header __${of}_schema_id, then before the bytes (DualSchemaIdDeserializer), or before the bytes alone (PrefixSchemaIdDeserializer).`,
    default: 'io.confluent.kafka.serializers.schema.id.DualSchemaIdDeserializer',
    validator: knownClasses(schemaIdReaders),
    group: naming,
  });
}

/** Keys that every converter with a schema registry has, under Confluent's names; formats add their own. */
export const registryKeys = {
  ...converterKeys,
  'schema.registry.url': list({
    importance: 'HIGH',
    documentation:
      'URLs of the schema registry, parted by commas. The first that answers is kept; the next is asked when it fails. A context is named by its path: /contexts/.name.',
    validator: usableUrls,
    group: connection,
    width: 'LONG',
    displayName: 'Schema registry URL',
  }),
  'http.connect.timeout.ms': int({
    importance: 'LOW',
    documentation: 'How long a connection to the registry may take, in milliseconds.',
    default: 60_000,
    validator: atLeast(1),
    group: connection,
  }),
  'http.read.timeout.ms': int({
    importance: 'LOW',
    documentation: 'How long an answer of the registry may take, in milliseconds.',
    default: 60_000,
    validator: atLeast(1),
    group: connection,
  }),
  'max.retries': int({
    importance: 'LOW',
    documentation: 'How often a request is repeated at most after failures that may pass.',
    default: 3,
    validator: atLeast(0),
    group: connection,
  }),
  'retries.wait.ms': int({
    importance: 'LOW',
    documentation:
      'Longest wait before the first repetition, in milliseconds; it doubles from one to the next.',
    default: 1_000,
    validator: atLeast(0),
    group: connection,
  }),
  'retries.max.wait.ms': int({
    importance: 'LOW',
    documentation: 'Longest wait before any repetition, in milliseconds.',
    default: 20_000,
    validator: atLeast(0),
    group: connection,
  }),
  ...authenticationKeys,
  ...tlsKeys,
  'auto.register.schemas': boolean({
    importance: 'MEDIUM',
    documentation:
      'Register the schema of what is written. Without, it must be registered already; it then comes before use.schema.id and use.latest.version.',
    default: true,
    group: schemas,
  }),
  'normalize.schemas': boolean({
    importance: 'MEDIUM',
    documentation: 'Let the registry bring schemas into one form before it compares them.',
    default: false,
    group: schemas,
  }),
  'use.schema.id': int({
    importance: 'LOW',
    documentation:
      'Write everything with the schema of this id; -1 for none. Needs auto.register.schemas=false.',
    default: -1,
    group: schemas,
  }),
  'id.compatibility.strict': boolean({
    importance: 'LOW',
    documentation: 'With use.schema.id, refuse data whose own schema that schema cannot stand for.',
    default: true,
    group: schemas,
  }),
  'use.latest.version': boolean({
    importance: 'LOW',
    documentation: 'Write with the latest schema of the subject. Needs auto.register.schemas=false.',
    default: false,
    group: schemas,
  }),
  'latest.compatibility.strict': boolean({
    importance: 'LOW',
    documentation: 'With use.latest.version, refuse data whose own schema the latest cannot stand for.',
    default: true,
    group: schemas,
  }),
  'use.latest.with.metadata': string({
    importance: 'LOW',
    documentation: 'Write with the latest schema that has this metadata. Not supported.',
    default: null,
    validator: notSupported(
      'schemas cannot be chosen by metadata here; use use.latest.version or use.schema.id',
    ),
    group: schemas,
  }),
  'propagate.schema.tags': boolean({
    importance: 'LOW',
    documentation: 'Hand tags of the previous version on when registering.',
    default: false,
    group: schemas,
  }),
  'schema.format': string({
    importance: 'LOW',
    documentation: 'Format the registry is to give schemas in, such as resolved; its own where not set.',
    default: null,
    group: schemas,
  }),
  'schema.reflection': boolean({
    importance: 'LOW',
    documentation: 'Java reflection. Without effect: there are no Java classes here.',
    default: false,
    group: schemas,
  }),
  'rule.executors': list({
    importance: 'LOW',
    documentation: 'Executors of rules on schemas. Not supported.',
    default: [],
    validator: notSupported(noRules),
    group: schemas,
  }),
  'rule.actions': list({
    importance: 'LOW',
    documentation: 'Actions of rules on schemas. Not supported.',
    default: [],
    validator: notSupported(noRules),
    group: schemas,
  }),
  'rule.service.loader.enable': boolean({
    importance: 'LOW',
    documentation: 'Whether Java looks for executors of rules. Without effect.',
    default: true,
    group: schemas,
  }),
  'key.subject.name.strategy': subjectNameStrategy('key'),
  'value.subject.name.strategy': subjectNameStrategy('value'),
  'key.schema.id.serializer': schemaIdSerializer('key'),
  'value.schema.id.serializer': schemaIdSerializer('value'),
  'key.schema.id.deserializer': schemaIdDeserializer('key'),
  'value.schema.id.deserializer': schemaIdDeserializer('value'),
  'context.name.strategy': className({
    importance: 'LOW',
    documentation: 'How the context of a subject is found. Only NullContextNameStrategy (none) is built in.',
    default: 'io.confluent.kafka.serializers.context.NullContextNameStrategy',
    validator: knownClasses({ 'io.confluent.kafka.serializers.context.NullContextNameStrategy': null }),
    group: naming,
  }),
  'max.schemas.per.subject': int({
    importance: 'LOW',
    documentation: 'Most schemas that are remembered, those written and those read each.',
    default: 1_000,
    validator: atLeast(1),
    group: caching,
  }),
  'latest.cache.size': int({
    importance: 'LOW',
    documentation: 'Most subjects whose latest schema is remembered.',
    default: 1_000,
    validator: atLeast(1),
    group: caching,
  }),
  'latest.cache.ttl.sec': int({
    importance: 'LOW',
    documentation: 'How many seconds the latest schema of a subject is remembered; -1 for ever.',
    default: -1,
    group: caching,
  }),
  'missing.cache.size': int({
    importance: 'LOW',
    documentation: 'Most refusals of the registry that are remembered.',
    default: 10_000,
    validator: atLeast(1),
    group: caching,
  }),
  'missing.id.cache.ttl.sec': long({
    importance: 'LOW',
    documentation:
      'How many seconds it is remembered that the registry has no schema of an id; 0 asks for every record.',
    default: 30,
    validator: atLeast(0),
    group: caching,
  }),
  'missing.version.cache.ttl.sec': long({
    importance: 'LOW',
    documentation:
      'How many seconds it is remembered that a subject has no version; 0 asks for every record.',
    default: 30,
    validator: atLeast(0),
    group: caching,
  }),
  'missing.schema.cache.ttl.sec': long({
    importance: 'LOW',
    documentation: 'How many seconds it is remembered that a schema was refused; 0 asks for every record.',
    default: 30,
    validator: atLeast(0),
    group: caching,
  }),
};

export const registryConfig = defineConfig(registryKeys);

export type RegistrySettings = ParsedConfig<typeof registryConfig>;
