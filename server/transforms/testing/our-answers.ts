import type { ConfigDef } from '../../config/config-def.ts';
import { describeConfig } from '../../config/describe-config.ts';
import { validateConfig } from '../../config/validate-config.ts';
import { JsonConverter } from '../../converters/json/json-converter.ts';
import { schemaFrom, valueFrom } from '../../converters/verification/value-notation.ts';
import { codeOf } from '../../errors/connect-error.ts';
import type { PredicatePlugin, TransformationPlugin } from '../../plugin-api/plugin.ts';
import { bundledPlugins } from '../../plugins/bundled-plugins.ts';
import { ConnectHeaders } from '../../records/headers.ts';
import type { ConnectRecord, SinkRecord } from '../../records/record.ts';
import type { Schema } from '../../records/schema.ts';
import type { ApplyCase, RecordNote, TransformCase } from './transform-cases.ts';

const json = new JsonConverter();
json.configure({ 'converter.type': 'value', 'replace.null.with.default': 'false' });

/** What `TransformAnswers.java` writes down, from our transformations; errors as phase and code. */
export function ourAnswer(each: TransformCase): unknown {
  const plugin = pluginOf(each.type);
  if ('describe' in each) return describedBy(plugin.config);
  if ('validate' in each) {
    const values = validateConfig(plugin.config, each.config);
    return Object.fromEntries(values.map(({ name, errors }) => [name, errors]));
  }
  return applied(plugin, each);
}

export function pluginOf(type: string): TransformationPlugin | PredicatePlugin {
  const className = /^(?:io|com)\./.test(type) ? type : `org.apache.kafka.connect.transforms.${type}`;
  const plugin = bundledPlugins.find((each) => each.className === className);
  if (plugin?.type !== 'transformation' && plugin?.type !== 'predicate') throw new Error(`no ${className}`);
  return plugin;
}

/** Documentation is in words of our own. */
function describedBy(config: ConfigDef): unknown {
  return describeConfig(config).map(({ documentation: _own, dependents: _none, ...info }) => info);
}

function applied(plugin: TransformationPlugin | PredicatePlugin, each: ApplyCase): unknown {
  const created = plugin.type === 'transformation' ? plugin.createTransformation() : plugin.createPredicate();
  try {
    created.configure(each.config);
  } catch (error) {
    return { phase: 'configure', code: codeOf(error) };
  }
  const record = recordFrom(each.record);
  if ('test' in created) return { test: created.test(record) };
  let changed: ConnectRecord | null;
  try {
    changed = created.apply(record);
  } catch (error) {
    return { phase: 'apply', code: codeOf(error) };
  }
  if (changed === null) return { dropped: true };
  return {
    topic: changed.topic,
    partition: changed.kafkaPartition,
    timestamp: changed.timestamp,
    key: jsonOf(changed.keySchema, changed.key),
    value: jsonOf(changed.valueSchema, changed.value),
    headers: [...(changed.headers ?? [])].map(({ key, schema, value }) => [key, jsonOf(schema, value)]),
  };
}

function recordFrom(note: RecordNote): ConnectRecord | SinkRecord {
  const headers = note.headers.map(([key, schema, value]) => ({
    key,
    schema: schema === null ? null : schemaFrom(schema),
    value: valueFrom(value),
  }));
  const record = {
    topic: note.topic,
    kafkaPartition: note.partition,
    timestamp: note.timestamp,
    keySchema: note.keySchema === null ? null : schemaFrom(note.keySchema),
    key: valueFrom(note.key),
    valueSchema: note.valueSchema === null ? null : schemaFrom(note.valueSchema),
    value: valueFrom(note.value),
    headers: headers.length === 0 ? null : new ConnectHeaders(headers),
  };
  return note.offset === null ? record : { ...record, kafkaOffset: note.offset };
}

function jsonOf(schema: Schema | null, value: unknown): string | null {
  try {
    const text = json.fromConnectData('t', schema, sorted(value));
    return text === null ? 'none' : String(text);
  } catch (error) {
    if (codeOf(error) !== 'data') throw error;
    return null;
  }
}

/** Entries of maps come in no order in Java. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!(value instanceof Map)) return value;
  return new Map([...value].map(([key, item]) => [key, sorted(item)] as const).toSorted(byText));
}

function byText([left]: readonly [unknown, unknown], [right]: readonly [unknown, unknown]): number {
  return String(left) < String(right) ? -1 : 1;
}
