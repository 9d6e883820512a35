import { describe, expect, it } from 'vitest';
import type { RawConfig } from '../config/config-key.ts';
import { bundledPlugins } from '../plugins/bundled-plugins.ts';
import { PluginCatalogue } from '../plugins/plugin-catalogue.ts';
import { ConnectorValidator } from '../runtime/validate-connector.ts';
import { parseStandaloneWorker } from '../runtime/worker-config.ts';

const validator = new ConnectorValidator({
  plugins: new PluginCatalogue(bundledPlugins),
  worker: parseStandaloneWorker({
    'bootstrap.servers': 'broker:9092',
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'offset.storage.file.filename': 'unused',
  }),
  group: null,
});

async function validated(own: RawConfig) {
  const source = { name: 'n', 'connector.class': 'FileStreamSource', topic: 't', file: 'f' };
  const infos = await validator.validate({ ...source, ...own }, AbortSignal.timeout(5_000));
  const errors = infos.configs.flatMap(({ value }) => value.errors.map((error) => [value.name, error]));
  return { names: infos.configs.map(({ value }) => value.name), errors };
}

describe('transformations in the configuration of a connector', () => {
  it('bring their keys, between type and condition', async () => {
    const { names, errors } = await validated({
      transforms: 'x',
      'transforms.x.type': 'org.apache.kafka.connect.transforms.ExtractField$Key',
      'transforms.x.field': 'id',
      'transforms.x.predicate': 'p',
      predicates: 'p',
      'predicates.p.type': 'RecordIsTombstone',
    });
    expect(errors).toEqual([]);
    expect(names.filter((name) => /^(?:transforms|predicates)\./.test(name))).toEqual([
      'transforms.x.type',
      'transforms.x.plugin.version',
      'transforms.x.field',
      'transforms.x.replace.null.with.default',
      'transforms.x.field.syntax.version',
      'transforms.x.negate',
      'transforms.x.predicate',
      'predicates.p.type',
      'predicates.p.plugin.version',
    ]);
  });

  it('report what is wrong under the keys of their alias', async () => {
    const { errors } = await validated({
      transforms: 'a,b',
      'transforms.a.type': 'RegexRouter',
      'transforms.a.regex': '(?=x)',
      'transforms.a.replacement': 'y',
      'transforms.b.type': 'org.apache.kafka.connect.transforms.Cast$Value',
      'transforms.b.spec': 'x:date',
    });
    expect(errors.map(([name]) => name)).toEqual(['transforms.a.regex', 'transforms.b.spec']);
    expect(errors[0]?.[1]).toContain('Invalid value (?=x) for configuration regex: Invalid regex: lookahead');
  });

  it.each(['Filter', 'ContentBasedRouter'])(
    "refuse Debezium's %s, for its scripts, with what to use instead",
    async (name) => {
      const { errors } = await validated({
        transforms: 'a',
        'transforms.a.type': `io.debezium.transforms.${name}`,
        'transforms.a.language': 'jsr223.groovy',
        'transforms.a.condition': "value.op == 'u'",
      });
      expect(errors.map(([key]) => key)).toEqual(['transforms.a.language']);
      expect(errors[0]?.[1]).toContain(
        'scripts of the JVM cannot run here. Use io.confluent.connect.transforms.Filter',
      );
    },
  );

  it('have titles that tell those of one name apart', () => {
    const titles = bundledPlugins.filter(({ type }) => type === 'transformation').map(({ title }) => title);
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
  });

  it('have no alias where a Key and a Value form share a name', () => {
    const catalogue = new PluginCatalogue(bundledPlugins);
    expect(catalogue.find('Value', 'transformation')).toBeNull();
    expect(catalogue.find('RegexRouter', 'transformation')?.className).toBe(
      'org.apache.kafka.connect.transforms.RegexRouter',
    );
  });
});
