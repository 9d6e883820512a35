import { describe, expect, it } from 'vitest';
import { bundledPlugins } from '../../plugins/bundled-plugins.ts';
import { INT64_SCHEMA, STRING_SCHEMA } from '../../records/primitive-schemas.ts';
import type { ConnectRecord } from '../../records/record.ts';
import { structSchema } from '../../records/schema-of.ts';
import { Struct } from '../../records/struct.ts';

const row = structSchema(
  { id: STRING_SCHEMA, aggregatetype: STRING_SCHEMA, aggregateid: STRING_SCHEMA, payload: STRING_SCHEMA },
  { optional: true, name: 'outbox.Value' },
);
const envelope = structSchema(
  { before: row, after: row, op: STRING_SCHEMA, ts_ms: INT64_SCHEMA },
  { name: 'outbox.Envelope' },
);

function event(payload: string): ConnectRecord {
  const after = new Struct(row, { id: '1', aggregatetype: 'order', aggregateid: 'k', payload });
  return {
    topic: 't',
    kafkaPartition: null,
    keySchema: null,
    key: null,
    valueSchema: envelope,
    value: new Struct(envelope, { after, op: 'c', ts_ms: 1n }),
    timestamp: null,
    headers: null,
  };
}

function router(settings: Readonly<Record<string, string>>) {
  const name = 'io.debezium.transforms.outbox.EventRouter';
  const plugin = bundledPlugins.find(({ className }) => className === name);
  if (plugin?.type !== 'transformation') throw new Error(`no ${name}`);
  const transformation = plugin.createTransformation();
  transformation.configure(settings);
  return transformation;
}

describe('JSON in the payload of an outbox', () => {
  const expanding = router({ 'table.expand.json.payload': 'true' });

  it('that is nested without end stays text', () => {
    const payload = '{"a":'.repeat(200_000);
    expect(expanding.apply(event(payload))).toMatchObject({ value: payload, valueSchema: STRING_SCHEMA });
  });

  it('has the same schema object for records of the same shape', () => {
    const [one, other] = ['{"a":1}', '{"a":2}'].map((payload) => expanding.apply(event(payload)));
    expect(one?.valueSchema?.field('a')?.schema.type).toBe('INT32');
    expect(other?.valueSchema).toBe(one?.valueSchema);
  });

  it('keeps a field named __proto__ as a field', () => {
    const changed = expanding.apply(event('{"__proto__":{"x":1}}'));
    expect(changed?.valueSchema?.fields.map(({ name }) => name)).toEqual(['__proto__']);
  });
});

it('an event leaves the headers of the record it comes from alone', () => {
  const record = event('x');
  const changed = router({}).apply(record);
  expect(changed?.headers?.lastWithName('id')?.value).toBe('1');
  expect(record.headers).toBeNull();
});
