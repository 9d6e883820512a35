import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { toProperties } from '../testing/apache-kafka/connect.ts';
import { freePort } from '../testing/apache-kafka/java.ts';
import { type MillraceProcess, spawnMillrace, waitForRest } from '../testing/millrace-process.ts';
import { waitFor } from '../testing/wait.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-start-'));
const running: MillraceProcess[] = [];
afterEach(async () => {
  for (const millrace of running.splice(0)) await millrace.kill();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function spawn(...args: string[]): MillraceProcess {
  const millrace = spawnMillrace(args, { cwd: folder });
  running.push(millrace);
  return millrace;
}

const put = (restUrl: string, name: string, config: Record<string, string>) =>
  fetch(`${restUrl}/connectors/${name}/config`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(config),
  });

const written = (file: string, text: string) =>
  waitFor(`${file} to have ${JSON.stringify(text)}`, () => readFileSync(file, 'utf8') === text);

/** As a foreign page would ask whose own name was made to resolve to this machine. */
const statusUnderName = (port: number, host: string) =>
  new Promise<number | undefined>((done, failed) => {
    get({ port, path: '/', headers: { host } }, (answer) => {
      answer.resume();
      done(answer.statusCode);
    }).once('error', failed);
  });

describe('millrace start', () => {
  it('brings broker, worker, REST and console, and goes on where it was after a stop', {
    timeout: 180_000,
  }, async () => {
    const [port, restPort, brokerPort] = [await freePort(), await freePort(), await freePort()];
    const args = [
      'start',
      '--port',
      port,
      '--rest-port',
      restPort,
      '--broker-port',
      brokerPort,
      '--data',
      'data',
    ];
    const start = async () => {
      const millrace = spawn(...args.map(String));
      await waitFor(
        'the console',
        () => {
          if (millrace.child.exitCode !== null) throw new Error(millrace.output());
          return millrace.output().includes('Ctrl-C stops everything');
        },
        120_000,
      );
      return millrace;
    };
    const restUrl = `http://127.0.0.1:${restPort}`;
    const [input, output] = [join(folder, 'in.txt'), join(folder, 'out.txt')];
    writeFileSync(input, 'one\ntwo\n');

    const first = await start();
    expect(first.output()).toContain(`Console   http://localhost:${port}`);
    expect(first.output()).toContain(`REST      http://localhost:${restPort}`);
    expect(first.output()).toContain(`Kafka     127.0.0.1:${brokerPort} (embedded broker`);
    const page = await fetch(`http://localhost:${port}/`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await statusUnderName(port, 'console.example')).toBe(403);
    await waitForRest(first, restUrl);
    expect(
      (await put(restUrl, 'in', { 'connector.class': 'FileStreamSource', file: input, topic: 'lines' }))
        .status,
    ).toBe(201);
    expect(
      (await put(restUrl, 'out', { 'connector.class': 'FileStreamSink', file: output, topics: 'lines' }))
        .status,
    ).toBe(201);
    await waitFor('the sink file', () => readFileSync(output, 'utf8') !== '');
    await written(output, 'one\ntwo\n');
    expect(await first.stop('SIGINT')).toBe(0);

    writeFileSync(input, 'three\n', { flag: 'a' });
    const second = await start();
    await waitForRest(second, restUrl);
    await written(output, 'one\ntwo\nthree\n');
    expect(await second.stop('SIGTERM')).toBe(0);
    expect(second.output()).not.toMatch(/ERROR|Warning/);
  });
});

describe('millrace standalone', () => {
  let bootstrap: string;
  beforeAll(async () => {
    const broker = spawnMillrace(['broker', '--port', '0', '--data', 'broker'], { cwd: folder });
    bootstrap = await waitFor('the broker', () => /Broker on (\S+:\d+)/.exec(broker.output())?.[1]);
    return () => broker.stop();
  });

  async function workerFile(): Promise<{ file: string; restUrl: string }> {
    const port = await freePort();
    const file = join(folder, `standalone-${port}.properties`);
    const settings = {
      'bootstrap.servers': bootstrap,
      'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'offset.storage.file.filename': join(folder, 'standalone.offsets'),
      'offset.flush.interval.ms': '100',
      listeners: `http://127.0.0.1:${port}`,
    };
    writeFileSync(file, toProperties(settings));
    return { file, restUrl: `http://127.0.0.1:${port}` };
  }

  it('creates the connectors of its files, moves lines, and goes on after a stop', async () => {
    const { file, restUrl } = await workerFile();
    const [input, output] = [join(folder, 'sa-in.txt'), join(folder, 'sa-out.txt')];
    writeFileSync(input, 'a\nb\n');
    writeFileSync(output, '');
    const source = join(folder, 'source.properties');
    const sink = join(folder, 'sink.json');
    const topic = `lines-${Date.now()}`;
    writeFileSync(
      source,
      toProperties({ name: 'sa-in', 'connector.class': 'FileStreamSource', file: input, topic }),
    );
    writeFileSync(
      sink,
      JSON.stringify({
        name: 'sa-out',
        config: { 'connector.class': 'FileStreamSink', file: output, topics: topic },
      }),
    );
    const first = spawn('standalone', file, source, sink);
    await waitForRest(first, restUrl);
    await written(output, 'a\nb\n');
    await waitFor('the offset', async () => {
      const answer = await fetch(`${restUrl}/connectors/sa-in/offsets`);
      return (await answer.text()).includes('"position":4');
    });
    expect(await first.stop()).toBe(0);

    writeFileSync(input, 'c\n', { flag: 'a' });
    const second = spawn('standalone', file, source, sink);
    await written(output, 'a\nb\nc\n');
    expect(await second.stop()).toBe(0);
  });

  it('ends with code 3 and names the file of a connector that cannot be created', async () => {
    const { file } = await workerFile();
    const bad = join(folder, 'bad.properties');
    writeFileSync(bad, toProperties({ name: 'bad', 'connector.class': 'FileStreamSource' }));
    const millrace = spawn('standalone', file, bad);
    expect(await millrace.exited).toBe(3);
    expect(millrace.output()).toContain(`millrace: ${bad}: connector bad could not be created: `);
    expect(millrace.output()).toContain('Missing required configuration "topic"');
    const absent = spawn('standalone', file, 'none.json');
    expect(await absent.exited).toBe(3);
    expect(absent.output()).toContain('millrace: none.json does not exist');
  });
});

describe('millrace worker', () => {
  it('waits for Kafka that is not there, says so, and stops at once when asked', async () => {
    const port = await freePort();
    const file = join(folder, 'unreachable.properties');
    const settings = {
      'bootstrap.servers': '127.0.0.1:1',
      'group.id': 'g',
      'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'config.storage.topic': 'c',
      'offset.storage.topic': 'o',
      'status.storage.topic': 's',
      listeners: `http://127.0.0.1:${port}`,
    };
    writeFileSync(file, toProperties(settings));
    const millrace = spawn('worker', file);
    await waitFor('the reason', () => millrace.output().includes('Kafka at 127.0.0.1:1 (bootstrap.servers)'));
    const health = await fetch(`http://127.0.0.1:${port}/health`);
    expect([health.status, await health.json()]).toEqual([
      503,
      { status: 'starting', message: expect.stringContaining('127.0.0.1:1') },
    ]);
    const write = await put(`http://127.0.0.1:${port}`, 'x', { 'connector.class': 'FileStreamSink' });
    expect([write.status, await write.json()]).toEqual([
      503,
      { error_code: 503, message: expect.stringContaining('127.0.0.1:1') },
    ]);
    expect(await millrace.stop()).toBe(0);
  });
});
