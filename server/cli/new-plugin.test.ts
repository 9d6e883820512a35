import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, expect, test } from 'vitest';
import { brokers } from '../testing/brokers.ts';
import { type MillraceProcess, spawnMillrace } from '../testing/millrace-process.ts';
import { waitFor } from '../testing/wait.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-new-plugin-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const running: MillraceProcess[] = [];
afterEach(async () => {
  for (const millrace of running.splice(0)) await millrace.kill();
});

async function run(...args: string[]): Promise<{ code: number | null; output: string }> {
  const millrace = spawnMillrace(args, { cwd: folder });
  running.push(millrace);
  return { code: await millrace.exited, output: millrace.output() };
}

test('what `plugins new` writes passes its own tests at once and moves records in a worker', async () => {
  for (const [name, type] of [
    ['number-well', 'source'],
    ['line-file', 'sink'],
  ] as const) {
    const made = await run('plugins', 'new', name, '--type', type, '--folder', join('plugins', name));
    expect(made).toMatchObject({ code: 0 });
    const { stdout } = await promisify(execFile)(process.execPath, ['--test'], {
      cwd: join(folder, 'plugins', name),
      timeout: 120_000,
    });
    expect(stdout).toMatch(/fail 0/);
    expect(stdout).not.toMatch(/pass 0/);
  }

  const listed = await run('plugins', 'list', '--plugin-path', 'plugins', '--json');
  const rows: { class: string | null; state: string }[] = JSON.parse(listed.output);
  expect(rows.filter((row) => row.class?.startsWith('com.example.'))).toMatchObject([
    { class: 'com.example.LineFileSinkConnector', type: 'sink', version: '0.1.0', state: 'ok', reason: null },
    { class: 'com.example.NumberWellSourceConnector', type: 'source', version: '0.1.0', state: 'ok' },
  ]);

  const [broker] = await brokers();
  if (broker === undefined) throw new Error('no broker');
  const topic = `numbers-${process.pid}-${Date.now()}`;
  write('worker.properties', {
    'bootstrap.servers': broker.bootstrap,
    listeners: 'http://127.0.0.1:0',
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'offset.storage.file.filename': 'offsets.json',
    'offset.flush.interval.ms': '500',
    'plugin.path': 'plugins',
  });
  write('well.properties', {
    name: topic,
    'connector.class': 'NumberWellSource',
    'connector.plugin.version': '[0.1,1)',
    topic,
    'interval.ms': '20',
  });
  write('file.properties', {
    name: `${topic}-file`,
    'connector.class': 'com.example.LineFileSinkConnector',
    'consumer.override.auto.offset.reset': 'earliest',
    topics: topic,
    path: join(folder, 'out.txt'),
  });
  const worker = spawnMillrace(['standalone', 'worker.properties', 'well.properties', 'file.properties'], {
    cwd: folder,
  });
  running.push(worker);
  const lines = await waitFor(
    'ten numbers in the file',
    () => {
      const text = readdirSync(folder).includes('out.txt')
        ? readFileSync(join(folder, 'out.txt'), 'utf8')
        : '';
      const whole = text.split('\n').slice(0, -1);
      return whole.length >= 10 ? whole : null;
    },
    120_000,
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${worker.output()}`);
  });
  expect(lines.slice(0, 3)).toEqual(['record 1', 'record 2', 'record 3']);
  await worker.stop();
}, 400_000);

test.each([
  [['plugins', 'new', 'Bad Name'], 'cannot be the name of a plugin'],
  [['plugins', 'new', '../up'], 'cannot be the name of a plugin'],
  [
    ['plugins', 'new', 'there', '--folder', resolve(import.meta.dirname)],
    'is there already and is not empty',
  ],
  [['plugins', 'list', '--plugin-path', 'nowhere'], 'nowhere of the plugin path does not exist'],
])('%j ends with code 2 and says why', async (args, message) => {
  const { code, output } = await run(...args);
  expect(code).toBe(2);
  expect(output).toContain(message);
});

test('a plugin path of the worker file is listed too, broken packages with the reason', async () => {
  const broken = mkdtempSync(join(folder, 'broken-'));
  writeFileSync(
    join(broken, 'package.json'),
    '{"name":"torn","version":"2.0.0","millrace":{"pluginApi":99}}',
  );
  write('listed.properties', { 'plugin.path': broken });
  const { code, output } = await run('plugins', 'list', '--config', 'listed.properties');
  expect(code).toBe(0);
  expect(output).toMatch(/^CLASS +TYPE +VERSION +LOCATION +STATE\n/);
  expect(output).toContain(`2.0.0`);
  expect(output).toContain('broken: it is written for plugin API 99 (millrace.pluginApi)');
});

function write(name: string, settings: Record<string, string>): void {
  const text = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
  writeFileSync(join(folder, name), text.join(''));
}
