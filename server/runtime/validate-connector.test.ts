import { describe, expect, it } from 'vitest';
import type { RawConfig } from '../config/config-key.ts';
import type { ConnectorPlugin } from '../plugin-api/plugin.ts';
import type { ConfigInfos } from './config-infos.ts';
import { pluginList } from './testing/plugin-list.ts';
import { recordingSink, sequenceSource } from './testing/sequence-connectors.ts';
import { dropMatching, textConverter, textHeaderConverter, topicIs } from './testing/text-plugins.ts';
import { ConnectorValidator, refusalOf } from './validate-connector.ts';
import { parseStandaloneWorker } from './worker-config.ts';

const worker = {
  'bootstrap.servers': 'broker:9092',
  'key.converter': 'test.TextConverter',
  'value.converter': 'test.TextConverter',
  'header.converter': 'test.TextHeaderConverter',
  'offset.storage.file.filename': 'offsets',
};
const source = { name: 'lines', 'connector.class': 'test.SequenceSourceConnector', topic: 't' };
const sink = { name: 'out', 'connector.class': 'test.RecordingSinkConnector', topics: 't' };
const plugins = [
  sequenceSource,
  recordingSink,
  textConverter,
  textHeaderConverter,
  dropMatching,
  topicIs,
] as const;

function validator(
  settings: Record<string, string> = {},
  group: ConstructorParameters<typeof ConnectorValidator>[0]['group'] = null,
  replacement?: ConnectorPlugin,
): ConnectorValidator {
  const list = replacement === undefined ? plugins : [replacement, ...plugins.slice(1)];
  return new ConnectorValidator({
    plugins: pluginList(list),
    worker: parseStandaloneWorker({ ...worker, ...settings }),
    group,
  });
}

const validate = (config: RawConfig, using = validator()) =>
  using.validate(config, AbortSignal.timeout(5_000));

function errorsOf(infos: ConfigInfos): Record<string, readonly string[]> {
  const errors: Record<string, string[]> = {};
  for (const { value } of infos.configs) {
    if (value.errors.length > 0) errors[value.name] = [...(errors[value.name] ?? []), ...value.errors];
  }
  return errors;
}

describe('validation of a connector', () => {
  it('finds nothing wrong with the least that is needed', async () => {
    const infos = await validate(source);
    expect(errorsOf(infos)).toEqual({});
    expect(infos.errorCount).toBe(0);
    expect(infos.name).toBe('test.SequenceSourceConnector');
    expect(refusalOf(infos)).toBeNull();
  });

  it("shows the framework's keys first, then the connector's, with the worker's converters as defaults", async () => {
    const infos = await validate(source);
    const names = infos.configs.map(({ value }) => value.name);
    expect(names.slice(0, 5)).toEqual([
      'name',
      'connector.class',
      'connector.plugin.version',
      'tasks.max',
      'tasks.max.enforce',
    ]);
    expect(names.slice(-3)).toEqual(['topic', 'count', 'fault']);
    expect(infos.groups).toEqual([
      'Common',
      'Transforms',
      'Predicates',
      'Error Handling',
      'Topic Creation',
      'Exactly Once Support',
      'offsets.topic',
      'Sequence',
    ]);
    const byName = new Map(infos.configs.map((entry) => [entry.value.name, entry]));
    expect(byName.get('key.converter')?.value.value).toBe('test.TextConverter');
    expect(byName.get('connector.plugin.version')?.value.recommendedValues).toEqual(['2.0']);
  });

  it('answers even for an unknown or a missing class, on that key', async () => {
    const unknown = await validate({ name: 'x', 'connector.class': 'Nope' });
    expect(errorsOf(unknown)).toEqual({
      'connector.class': [
        'Failed to find any class that implements Connector and which name matches Nope, available connectors are: test.SequenceSourceConnector, test.RecordingSinkConnector',
      ],
    });
    expect(errorsOf(await validate({ name: 'x' }))).toEqual({
      'connector.class': ['Missing required configuration "connector.class" which has no default value.'],
    });
    expect(() => validator().requirePlugin({ 'connector.class': 'Nope' })).toThrow(
      'Failed to find any class',
    );
  });

  it('has one message for a type error, and two when the validator refuses null as well', async () => {
    const infos = await validate({ ...source, 'tasks.max': 'abc', count: '-1' });
    expect(errorsOf(infos)).toEqual({
      'tasks.max': [
        'Invalid value abc for configuration tasks.max: Not a number of type INT',
        'Invalid value null for configuration tasks.max: Value must be non-null',
      ],
      count: ['Invalid value -1 for configuration count: Value must be at least 0'],
    });
    expect(infos.errorCount).toBe(3);
    expect(refusalOf(infos)?.message.split('\n')[0]).toBe(
      'Connector configuration is invalid and contains the following 3 error(s):',
    );
  });

  it('refuses names that are empty or have control characters', async () => {
    expect(errorsOf(await validate({ ...source, name: '' })).name?.[0]).toMatch('String may not be empty');
    expect(errorsOf(await validate({ ...source, name: 'a\u0007' })).name?.[0]).toMatch('control sequences');
  });

  it('refuses null for keys of the framework and unknown ones, and lets the connector decide about its own', async () => {
    const message = 'Null value can not be supplied as the configuration value.';
    const infos = await validate({ ...source, 'errors.tolerance': null, typo: null, fault: null });
    expect(errorsOf(infos)['errors.tolerance']).toContain(message);
    expect(errorsOf(infos).typo).toEqual([message]);
    expect(errorsOf(infos)).not.toHaveProperty('fault');
    expect(infos.configs[0]).toMatchObject({ definition: null, value: { name: 'typo' } });
  });

  it('demands exactly one of topics and topics.regex', async () => {
    const { topics: _, ...without } = sink;
    const neither = errorsOf(await validate(without));
    expect(neither).toEqual({
      topics: ['Must configure one of topics or topics.regex'],
      'topics.regex': ['Must configure one of topics or topics.regex'],
    });
    const both = errorsOf(await validate({ ...sink, 'topics.regex': 'a.*' }));
    expect(both.topics?.[0]).toMatch(/^topics and topics.regex are mutually exclusive/);
    expect(errorsOf(await validate({ ...without, 'topics.regex': '(' }))['topics.regex']?.[0]).toMatch(
      'Invalid regex',
    );
  });

  it('refuses a dead letter queue that the connector would read itself', async () => {
    const dead = { 'errors.deadletterqueue.topic.name': 't' };
    expect(errorsOf(await validate({ ...sink, ...dead })).topics?.[0]).toMatch(
      "The DLQ topic 't' may not be",
    );
    const { topics: _, ...without } = sink;
    const infos = await validate({ ...without, 'topics.regex': 't|u', ...dead });
    expect(errorsOf(infos)['topics.regex']?.[0]).toMatch("The DLQ topic 't' may not be");
  });

  it('embeds the keys of transformations, names them as their parser and their validator do', async () => {
    const infos = await validate({
      ...source,
      transforms: 'a,b,c',
      'transforms.a.type': 'test.DropMatching',
      'transforms.a.regex': '(',
      'transforms.b.type': 'test.DropMatching',
      'transforms.b.negate': 'true',
      'transforms.c.type': 'test.TopicIs',
    });
    expect(errorsOf(infos)).toEqual({
      'transforms.a.regex': ['Invalid value ( for configuration regex: Invalid regex'],
      'transforms.b.type': [
        "Config 'transforms.b.negate' was provided but there is no config 'transforms.b.predicate' defining a predicate to be negated.",
      ],
      'transforms.b.regex': [
        'Missing required configuration "transforms.b.regex" which has no default value.',
      ],
      'transforms.c.type': [
        'Invalid value test.TopicIs for configuration transforms.c.type: Class test.TopicIs could not be found.',
      ],
    });
    const names = infos.configs.map(({ value }) => value.name);
    expect(names.filter((name) => name.startsWith('transforms.a.'))).toEqual([
      'transforms.a.type',
      'transforms.a.plugin.version',
      'transforms.a.regex',
      'transforms.a.negate',
      'transforms.a.predicate',
    ]);
    expect(names.indexOf('transforms.a.type')).toBeLessThan(names.indexOf('topic'));
    expect(infos.groups).toContain('Transforms: a');
  });

  it('refuses an alias that is given twice', async () => {
    const infos = await validate({
      ...source,
      predicates: 'p,p',
      'predicates.p.type': 'TopicIs',
      'predicates.p.topic': 't',
    });
    expect(errorsOf(infos)).toEqual({
      predicates: ['Invalid value [p, p] for configuration predicates: Duplicate alias provided.'],
    });
  });

  it('shows the keys of a converter only when the connector names it and it is known', async () => {
    const named = await validate({
      ...source,
      'key.converter': 'TextConverter',
      'key.converter.strict': 'maybe',
    });
    expect(errorsOf(named)).toEqual({
      'key.converter.strict': [
        'Invalid value maybe for configuration key.converter.strict: Expected value to be either true or false',
      ],
    });
    const unknown = await validate({ ...source, 'value.converter': 'Nope' });
    expect(errorsOf(unknown)).toEqual({
      'value.converter': [
        'Invalid value Nope for configuration value.converter: Class Nope could not be found.',
      ],
    });
    expect(unknown.configs.some(({ value }) => value.name.startsWith('value.converter.strict'))).toBe(false);
  });

  it('applies the override policy of the worker', async () => {
    const config = { ...source, 'producer.override.linger.ms': '5', 'consumer.override.x': 'y' };
    expect((await validate(config)).errorCount).toBe(0);
    const none = validator({ 'connector.client.config.override.policy': 'None' });
    expect(errorsOf(await validate(config, none))).toEqual({
      'producer.override.linger.ms': [
        "The 'None' policy does not allow 'producer.override.linger.ms' to be overridden in the connector configuration.",
      ],
    });
    const allowlist = validator({
      'connector.client.config.override.policy': 'Allowlist',
      'connector.client.config.override.allowlist': 'linger.ms',
    });
    expect((await validate(config, allowlist)).errorCount).toBe(0);
    expect(() => validator({ 'connector.client.config.override.policy': 'Some' })).toThrow(
      'connector.client.config.override.policy',
    );
  });

  it('checks what is overridden as the clients would, after the policy', async () => {
    const config = {
      ...source,
      'producer.override.linger.ms': 'soon',
      'producer.override.acks': '1',
      'producer.override.made.up': 'x',
    };
    expect(errorsOf(await validate(config))).toEqual({
      'producer.override.linger.ms': [
        'Invalid value soon for configuration producer.override.linger.ms: Not a number of type LONG',
      ],
    });
    const none = validator({ 'connector.client.config.override.policy': 'None' });
    expect(errorsOf(await validate(config, none))['producer.override.linger.ms']).toEqual([
      "The 'None' policy does not allow 'producer.override.linger.ms' to be overridden in the connector configuration.",
    ]);
    const rule = await validate({ ...sink, 'consumer.override.session.timeout.ms': '2000' });
    expect(errorsOf(rule)).toEqual({
      'consumer.override.heartbeat.interval.ms': [
        'consumer.override.heartbeat.interval.ms: Heartbeat must be set lower than the session timeout',
      ],
    });
    expect(rule.errorCount).toBe(1);
  });

  it('hides secrets among the overrides', async () => {
    const infos = await validate({ ...source, 'producer.override.sasl.jaas.config': 'password="canary"' });
    expect(JSON.stringify(infos)).not.toContain('canary');
  });

  it('refuses a sink whose consumer group would be the worker group', async () => {
    const using = validator({}, { id: 'connect-out', isExactlyOnceEnabled: false });
    expect(errorsOf(await validate(sink, using)).name?.[0]).toMatch(
      'conflicts with Connect worker group connect-out',
    );
    const override = { ...sink, 'consumer.override.group.id': 'connect-out' };
    expect(errorsOf(await validate(override, using))['consumer.override.group.id']?.[0]).toMatch('conflicts');
  });

  it('refuses exactly-once that cannot be had, but only in a group', async () => {
    const config = { ...source, 'exactly.once.support': 'required', 'transaction.boundary': 'connector' };
    expect((await validate(config)).errorCount).toBe(0);
    const using = validator({}, { id: 'g', isExactlyOnceEnabled: false });
    const errors = errorsOf(await validate(config, using));
    expect(errors['exactly.once.support']).toHaveLength(2);
    expect(errors['transaction.boundary']).toHaveLength(1);
  });

  it('checks version ranges', async () => {
    const version = (text: string) => validate({ ...source, 'connector.plugin.version': text });
    expect((await version('[1.0,3.0)')).errorCount).toBe(0);
    expect((await version('latest')).errorCount).toBe(0);
    const unsatisfied = errorsOf(await version('[3.0,)'));
    expect(unsatisfied['connector.class']).toEqual(unsatisfied['connector.plugin.version']);
    expect(unsatisfied['connector.class']?.[0]).toMatch('available versions: [2.0]');
    expect(errorsOf(await version('[1.0,'))['connector.plugin.version']?.[0]).toMatch(
      'Invalid version specification',
    );
  });

  it('puts what the checks of a connector throw into the answer', async () => {
    const broken: ConnectorPlugin = {
      ...sequenceSource,
      createConnector: () => ({
        ...sequenceSource.createConnector(),
        validate: () => {
          throw new Error('no database');
        },
      }),
    };
    const infos = await validate(source, validator({}, null, broken));
    expect(errorsOf(infos)['connector.class']?.[0]).toMatch('no database');
  });

  it('gives up on checks that do not end, and names the stage', async () => {
    const endless: ConnectorPlugin = {
      ...sequenceSource,
      createConnector: () => ({ ...sequenceSource.createConnector(), validate: () => new Promise(() => {}) }),
    };
    const signal = AbortSignal.timeout(20);
    await expect(validator({}, null, endless).validate(source, signal)).rejects.toMatchObject({
      code: 'timeout',
      details: { stage: 'validating source connector-specific properties for the connector' },
    });
  });
});
