import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type MillraceProcess, spawnMillrace } from '../testing/millrace-process.ts';
import { waitFor } from '../testing/wait.ts';

const executable = resolve(import.meta.dirname, 'millrace');
const folder = mkdtempSync(join(tmpdir(), 'millrace-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const running: MillraceProcess[] = [];
const blockers: Server[] = [];
afterEach(async () => {
  for (const millrace of running.splice(0)) await millrace.kill();
  for (const blocker of blockers.splice(0)) blocker.close();
});

function spawn(...args: string[]): MillraceProcess {
  const millrace = spawnMillrace(args, { cwd: folder });
  running.push(millrace);
  return millrace;
}

async function run(...args: string[]): Promise<{ code: number | null; output: string }> {
  const millrace = spawn(...args);
  const code = await millrace.exited;
  return { code, output: millrace.output() };
}

async function takenPort(): Promise<string> {
  const blocker = createServer();
  blockers.push(blocker);
  await new Promise<void>((done) => blocker.listen(0, '127.0.0.1', done));
  const address = blocker.address();
  return String(typeof address === 'object' ? address?.port : '');
}

function workerFile(name: string, settings: Record<string, string>): string {
  const path = join(folder, name);
  writeFileSync(
    path,
    Object.entries(settings)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  );
  return path;
}

const converters = {
  'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
};
const distributed = {
  ...converters,
  'bootstrap.servers': '127.0.0.1:1',
  'group.id': 'g',
  'config.storage.topic': 'c',
  'offset.storage.topic': 'o',
  'status.storage.topic': 's',
};

describe('millrace', () => {
  it('says its version, also through a symbolic link and with nothing on the path but the system', async () => {
    const link = join(folder, 'linked');
    symlinkSync(executable, link);
    const output = await new Promise<string>((done, failed) => {
      const env = { ...process.env, PATH: '/usr/bin:/bin', HOME: folder };
      execFile(link, ['--version'], { cwd: '/', env }, (error, stdout, stderr) =>
        error === null ? done(stdout + stderr) : failed(error),
      );
    });
    expect(output).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('helps and ends well', async () => {
    const { code, output } = await run('--help');
    expect(code).toBe(0);
    expect(output).toContain('usage: millrace <command>');
    expect(await run('worker', '--help')).toMatchObject({ code: 0 });
  });

  it.each([
    [[], 'usage: millrace <start | worker | standalone | broker | plugins list | plugins new>'],
    [['worker'], 'usage: millrace worker <worker.properties>'],
    [['standalone'], 'usage: millrace standalone <worker.properties>'],
    [['start', '--nonsense'], 'usage: millrace start [--port PORT]'],
    [['broker', '--port', 'x'], '--port must be a port'],
  ])('%j ends with code 1 and the usage', async (args, usage) => {
    const { code, output } = await run(...args);
    expect(code).toBe(1);
    expect(output).toContain(usage);
    expect(output.trimEnd().split('\n')).toHaveLength(2);
  });

  it('ends with code 2 and names file and key when settings are wrong', async () => {
    const missing = await run('worker', 'none.properties');
    expect(missing).toEqual({ code: 2, output: 'millrace: none.properties does not exist\n' });
    const empty = workerFile('empty.properties', converters);
    const { code, output } = await run('worker', empty);
    expect(code).toBe(2);
    expect(output).toContain(`${empty}: Missing required configuration "bootstrap.servers"`);
    expect(output).toContain('Missing required configuration "config.storage.topic"');
    const bad = workerFile('bad.properties', { ...distributed, 'offset.flush.interval.ms': 'soon' });
    expect((await run('worker', bad)).output).toBe(
      `millrace: ${bad}: Invalid value soon for configuration offset.flush.interval.ms: Not a number of type LONG\n`,
    );
    const https = workerFile('https.properties', { ...distributed, listeners: 'https://:8443' });
    expect((await run('worker', https)).output).toContain(
      `${https}: Invalid value https://:8443 for configuration listeners`,
    );
  });

  it('ends with code 2 and names converter and key when a class is unknown', async () => {
    const file = workerFile('class.properties', {
      ...distributed,
      'value.converter': 'io.example.NoConverter',
      listeners: 'http://127.0.0.1:0',
    });
    expect(await run('worker', file)).toEqual({
      code: 2,
      output: `millrace: ${file}: Invalid value io.example.NoConverter for configuration value.converter: Class io.example.NoConverter could not be found.\n`,
    });
  });

  it('ends with code 2 and names port and option when a port is taken', async () => {
    const port = await takenPort();
    expect(await run('broker', '--port', port, '--data', 'taken')).toEqual({
      code: 2,
      output: `millrace: Port ${port} of the broker is in use by another program: choose another with --port, or stop that program.\n`,
    });
    expect((await run('start', '--port', port, '--data', 'taken')).output).toContain(
      `Port ${port} of the console`,
    );
    expect((await run('start', '--port', '0', '--rest-port', port, '--data', 'taken')).output).toContain(
      `Port ${port} of Connect REST is in use by another program: choose another with --rest-port`,
    );
    const file = workerFile('taken.properties', { ...distributed, listeners: `http://127.0.0.1:${port}` });
    expect(await run('worker', file)).toEqual({
      code: 2,
      output: `millrace: ${file}: Cannot listen on http://127.0.0.1:${port} (configuration listeners): the port is in use by another program\n`,
    });
  });

  it('ends with code 2 and names the folder when data cannot be written there', async () => {
    writeFileSync(join(folder, 'a-file'), '');
    const { code, output } = await run('broker', '--port', '0', '--data', 'a-file/data');
    expect(code).toBe(2);
    expect(output).toContain(`The data folder ${join(folder, 'a-file/data')} cannot be written`);
  });
});

describe('millrace broker', () => {
  const bootstrap = (millrace: MillraceProcess) =>
    waitFor('the broker', () => /Broker on ([\d.]+:\d+)/.exec(millrace.output())?.[1]);

  it('runs until it is told to stop, and then ends with code 0', async () => {
    const millrace = spawn('broker', '--port', '0', '--data', 'broker-data');
    expect(await bootstrap(millrace)).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(await millrace.stop('SIGINT')).toBe(0);
    expect(millrace.output()).toContain('Stopping (SIGINT)');
  });

  it('refuses a second instance on the same folder, and takes over after kill -9', async () => {
    const first = spawn('broker', '--port', '0', '--data', 'shared');
    await bootstrap(first);
    const second = await run('broker', '--port', '0', '--data', 'shared');
    expect(second).toEqual({
      code: 2,
      output: `millrace: The data folder ${join(folder, 'shared')} is in use by another Millrace: stop that one, or choose another folder with --data.\n`,
    });
    await first.kill();
    const third = spawn('broker', '--port', '0', '--data', 'shared');
    await bootstrap(third);
    expect(await third.stop()).toBe(0);
  });

  it('takes its settings and users from files, and names what is wrong in them', async () => {
    const config = workerFile('server.properties', { 'num.partitions': '3' });
    const users = workerFile('users.properties', { alice: 'secret-word' });
    const millrace = spawn('broker', '--port', '0', '--data', 'files', '--config', config, '--users', users);
    await bootstrap(millrace);
    expect(millrace.output()).toContain('(SASL_PLAINTEXT, mechanism PLAIN)');
    expect(millrace.output()).not.toContain('secret-word');
    expect(await millrace.stop()).toBe(0);
    const unknown = workerFile('unknown.properties', { 'num.partition': '3' });
    expect(await run('broker', '--port', '0', '--data', 'files', '--config', unknown)).toEqual({
      code: 2,
      output: 'millrace: unknown broker setting num.partition\n',
    });
    const empty = workerFile('empty.properties', { alice: '' });
    expect(await run('broker', '--port', '0', '--data', 'files', '--users', empty)).toEqual({
      code: 2,
      output: "millrace: the broker's user alice has no password\n",
    });
  });
});
