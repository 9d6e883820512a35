import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sayingSource, writePackage } from '../plugins/testing/write-package.ts';
import { freePort } from '../testing/apache-kafka/java.ts';
import { brokers } from '../testing/brokers.ts';
import { type MillraceProcess, spawnMillrace, waitForRest } from '../testing/millrace-process.ts';
import { waitFor } from '../testing/wait.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-installed-'));
const topicPrefix = `installed-${process.pid}-${Date.now()}`;
let worker: MillraceProcess;
let rest = '';

const converter = (text: string) => `
  import { defineConfig } from 'millrace/plugin-api/config';
  const createConverter = () => ({
    configure() {},
    fromConnectData: (topic, schema, value) => '${text}:' + value,
    toConnectData: (topic, bytes) => ({ schema: null, value: String(bytes) }),
  });
  const createTransformation = () => ({ configure() {}, apply: (record) => ({ ...record, value: record.value + '+${text}' }) });
  const config = defineConfig({});
  export const plugins = [
    { type: 'converter', className: 'ex.MarkConverter', title: 'Mark', summary: 'Marks.', config, createConverter },
    { type: 'transformation', className: 'ex.Mark', title: 'Mark', summary: 'Marks.', config, createTransformation },
  ];
`;

beforeAll(async () => {
  for (const [version, text] of [
    ['1.0.0', 'one'],
    ['2.0.0', 'two'],
  ] as const) {
    writePackage(
      join(folder, `plugins/says-${text}`),
      version,
      {
        'source.js': `import { text } from 'words';${sayingSource('ex.SaysSourceConnector', 'text')}`,
        'marks.js': converter(text),
        'node_modules/words/package.json': '{"name": "words", "type": "module", "main": "words.js"}',
        'node_modules/words/words.js': `export const text = 'says ${text}';`,
      },
      { pluginApi: 1, plugins: ['./source.js', './marks.js'] },
    );
  }
  writePackage(join(folder, 'plugins/broken'), '9.0.0', {
    'plugin.js': 'throw new Error("broken on purpose");',
  });
  writePackage(
    join(folder, 'plugins/typed'),
    '0.3.0',
    { 'plugin.ts': `const type: 'source' = 'source';${sayingSource('ex.TypedSourceConnector', 'type')}` },
    { pluginApi: 1, plugins: ['./plugin.ts'] },
  );
  writePackage(join(folder, 'plugins/places'), '1.0.0', {
    'plugin.js': `
      import { defineConfig } from 'millrace/plugin-api/config';
      export const plugin = { type: 'configprovider', className: 'ex.Places', title: 'Places', summary: 'Knows places.',
        config: defineConfig({}), createConfigProvider: () => ({
          configure(settings) { this.folder = settings.folder; },
          get() { return { data: new Map([['folder', this.folder]]), ttlMs: null }; },
        }) };`,
  });
  const [broker] = await brokers();
  const port = await freePort();
  rest = `http://127.0.0.1:${port}`;
  const settings = {
    'bootstrap.servers': broker?.bootstrap ?? '',
    listeners: rest,
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'offset.storage.file.filename': join(folder, 'offsets.json'),
    'offset.flush.interval.ms': '500',
    'plugin.path': join(folder, 'plugins'),
    'config.providers': 'places',
    'config.providers.places.class': 'ex.Places',
    'config.providers.places.param.folder': folder,
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
  writeFileSync(join(folder, 'worker.properties'), lines.join(''));
  worker = spawnMillrace(['standalone', join(folder, 'worker.properties')], { cwd: folder });
  await waitForRest(worker, rest, 120_000);
}, 200_000);

afterAll(async () => {
  await worker?.kill();
  rmSync(folder, { recursive: true, force: true });
});

const className = 'ex.SaysSourceConnector';

describe('a worker with packages on its plugin path', () => {
  it('lists every version with the members of Apache and no others, and nothing that is broken', async () => {
    const { json } = await call('GET', '/connector-plugins?connectorsOnly=false');
    const infos = json as { class: string }[];
    expect(infos.filter((info) => info.class.startsWith('ex.'))).toEqual([
      { class: className, type: 'source', version: '1.0.0' },
      { class: className, type: 'source', version: '2.0.0' },
      { class: 'ex.TypedSourceConnector', type: 'source', version: '0.3.0' },
      { class: 'ex.Mark', type: 'transformation', version: '1.0.0' },
      { class: 'ex.Mark', type: 'transformation', version: '2.0.0' },
      { class: 'ex.MarkConverter', type: 'converter', version: '1.0.0' },
      { class: 'ex.MarkConverter', type: 'converter', version: '2.0.0' },
    ]);
    expect(worker.output()).toContain('broken on purpose');
  });

  it('describes the version that is asked for, and says which there are', async () => {
    const path = `/connector-plugins/${className}/config`;
    const versionDefault = async (query: string) => {
      const { json } = await call('GET', `${path}${query}`);
      const keys = json as { name: string; default_value: string }[];
      return keys.find(({ name }) => name === 'connector.plugin.version')?.default_value;
    };
    expect(await versionDefault('')).toBe('2.0.0');
    expect(await versionDefault('?version=latest')).toBe('2.0.0');
    expect(await versionDefault('?version=%5B1,2)')).toBe('1.0.0');
    expect(await call('GET', `${path}?version=3`)).toEqual({
      status: 400,
      json: {
        error_code: 400,
        message: `Plugin ${className} not found that matches the version range [3,3], available versions: [1.0.0, 2.0.0]`,
      },
    });
    expect(await call('GET', `${path}?version=%5B3`)).toEqual({
      status: 400,
      json: { error_code: 400, message: 'Invalid version specification: [3' },
    });
  });

  it('names every version key that cannot be satisfied', async () => {
    const { json } = await call('PUT', `/connector-plugins/${className}/config/validate`, {
      name: 'x',
      topic: 't',
      'connector.class': className,
      'connector.plugin.version': '[3,)',
      'value.converter': 'ex.MarkConverter',
      'value.converter.plugin.version': '[4,)',
      transforms: 'm',
      'transforms.m.type': 'ex.Mark',
      'transforms.m.plugin.version': '[5,)',
    });
    const { configs } = json as {
      configs: { value: { name: string; errors: string[]; recommended_values: string[] } }[];
    };
    const errors = Object.fromEntries(
      configs.filter(({ value }) => value.errors.length > 0).map(({ value }) => [value.name, value.errors]),
    );
    const refused = (name: string, range: string) => [
      `Plugin ${name} not found that matches the version range ${range}, available versions: [1.0.0, 2.0.0]`,
    ];
    expect(errors).toEqual({
      'connector.class': refused(className, '[3,)'),
      'connector.plugin.version': refused(className, '[3,)'),
      'value.converter': refused('ex.MarkConverter', '[4,)'),
      'value.converter.plugin.version': refused('ex.MarkConverter', '[4,)'),
      'transforms.m.type': refused('ex.Mark', '[5,)'),
      'transforms.m.plugin.version': refused('ex.Mark', '[5,)'),
    });
    const version = configs.find(({ value }) => value.name === 'connector.plugin.version');
    expect(version?.value.recommended_values).toEqual(['1.0.0', '2.0.0']);
  });

  it.each([
    ['the newest without a version', {}, '2.0.0', 'two:says two+two'],
    [
      'all from the location of an older connector',
      { 'connector.plugin.version': '[1,2)' },
      '1.0.0',
      'one:says one+one',
    ],
    [
      'a converter and a transformation in other versions than the connector',
      {
        'connector.plugin.version': '1.0.0',
        'value.converter.plugin.version': '2.0.0',
        'transforms.m.plugin.version': '[2,)',
      },
      '1.0.0',
      'two:says one+two',
    ],
  ])(
    'runs %s',
    async (what, versions, version, line) => {
      const name = `${topicPrefix}-${what.replaceAll(/\W/g, '-')}`;
      const config = {
        'connector.class': 'SaysSource',
        topic: name,
        'value.converter': 'ex.MarkConverter',
        transforms: 'm',
        'transforms.m.type': 'ex.Mark',
        ...versions,
      };
      const file = join(folder, `${name}.txt`);
      const sink = {
        'connector.class': 'FileStreamSink',
        topics: name,
        // Looked up by the config provider that a package brings.
        file: `\${places:folder}/${name}.txt`,
      };
      expect(await call('PUT', `/connectors/${name}/config`, config)).toMatchObject({ status: 201 });
      expect(await call('PUT', `/connectors/${name}-file/config`, sink)).toMatchObject({ status: 201 });
      await waitFor(
        'the line in the file',
        () => existsSync(file) && readFileSync(file, 'utf8') !== '',
        90_000,
      ).catch((error: unknown) => {
        throw new Error(`${String(error)}\n${worker.output()}`);
      });
      expect(readFileSync(file, 'utf8')).toBe(`${line}\n`);
      expect(await call('GET', `/connectors/${name}/status`)).toMatchObject({
        json: { connector: { version }, tasks: [{ version }] },
      });
    },
    120_000,
  );
});

async function call(method: string, path: string, body?: object): Promise<{ status: number; json: unknown }> {
  const response = await fetch(rest + path, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
  });
  return { status: response.status, json: await response.json() };
}
