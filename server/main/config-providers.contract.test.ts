import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openKafkaClient } from '../kafka/open-kafka-client.ts';
import { type RunningWorker, startWorker } from '../main.ts';
import { Loggers } from '../runtime/log.ts';
import { brokers } from '../testing/brokers.ts';
import { waitFor } from '../testing/wait.ts';

/** It must be found nowhere but in the files of the test. */
const canary = 'canary-3f9a1c';
const placeholder = (text: string) => `\${${text}}`;

describe.each(await brokers())('config providers of a worker on $name', ({ bootstrap }) => {
  const id = randomUUID();
  const lines: string[] = [];
  const answers: string[] = [];
  const loggers = new Loggers({ write: (line) => lines.push(line), coloured: false, level: 'DEBUG' });
  const storeTopics = ['configs', 'offsets', 'statuses'].map((store) => `${store}-${id}`);
  let folder = '';
  let secrets = '';
  let worker: RunningWorker;

  const settings = (changes: Record<string, string> = {}) => ({
    'bootstrap.servers': bootstrap,
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
    listeners: 'http://127.0.0.1:0',
    'group.id': `group-${id}`,
    'config.storage.topic': storeTopics[0] ?? '',
    'offset.storage.topic': storeTopics[1] ?? '',
    'status.storage.topic': storeTopics[2] ?? '',
    'config.storage.replication.factor': '1',
    'offset.storage.replication.factor': '1',
    'status.storage.replication.factor': '1',
    'offset.flush.interval.ms': placeholder('env:FLUSH_MS'),
    'config.providers': 'env,file,files',
    'config.providers.env.class': 'org.apache.kafka.common.config.provider.EnvVarConfigProvider',
    'config.providers.env.param.allowlist.pattern': 'FLUSH_.*|SECRETS',
    'config.providers.file.class': 'org.apache.kafka.common.config.provider.FileConfigProvider',
    'config.providers.file.param.allowed.paths': placeholder('env:SECRETS'),
    'config.providers.files.class': 'org.apache.kafka.common.config.provider.DirectoryConfigProvider',
    'config.providers.files.param.allowed.paths': placeholder('env:SECRETS'),
    ...changes,
  });

  async function send(
    method: string,
    path: string,
    body?: object,
  ): Promise<{ status: number; text: string }> {
    const response = await fetch(`${worker.restUrls[0]}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const answer = { status: response.status, text: await response.text() };
    answers.push(answer.text);
    return answer;
  }

  async function bytesOf(topic: string): Promise<string> {
    const client = openKafkaClient({ properties: { 'bootstrap.servers': bootstrap } });
    try {
      const consumer = client.createConsumer({ properties: { 'auto.offset.reset': 'earliest' } });
      const [described] = await client.admin.describeTopics([topic]);
      const partitions = (described?.partitions ?? []).map(({ partition }) => ({ topic, partition }));
      const ends = await client.admin.listOffsets(partitions, 'latest');
      const wanted = ends.reduce((sum, { offset }) => sum + offset, 0);
      consumer.assign(partitions);
      let seen = 0;
      let text = '';
      await waitFor(`all of ${topic}`, async () => {
        for (const { partition, records } of seen < wanted ? await consumer.poll(500) : []) {
          for (const { key, value } of records) text += `${partition} ${key} ${value}\n`;
          seen += records.length;
        }
        return seen >= wanted;
      });
      await consumer.close(5_000);
      return text;
    } finally {
      await client.close();
    }
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'config-provider-worker-'));
    secrets = join(folder, 'secrets.properties');
    vi.stubEnv('FLUSH_MS', '120');
    vi.stubEnv('SECRETS', folder);
    await writeFile(join(folder, 'input'), 'one\ntwo\n');
    await writeFile(secrets, `input=${join(folder, 'input')}\nname=${canary}\n`);
    await writeFile(join(folder, 'missing'), join(folder, canary, 'out'));
    worker = await startWorker({
      mode: 'distributed',
      settings: settings(),
      loggers,
      isBrokerEmbedded: false,
    });
    await worker.started;
  }, 60_000);

  afterAll(async () => {
    await worker.stop();
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  it('resolves for connectors and tasks, and keeps values out of answers, topics, traces and logs', async () => {
    const source = {
      'connector.class': 'FileStreamSource',
      file: placeholder(`file:${secrets}:input`),
      topic: `lines-${id}-${placeholder('env:FLUSH_MS')}`,
    };
    const sink = {
      'connector.class': 'FileStreamSink',
      file: placeholder(`files:${folder}:missing`),
      topics: `lines-${id}-120`,
    };
    expect((await send('PUT', '/connectors/from/config', source)).status).toBe(201);
    expect((await send('PUT', '/connectors/to/config', sink)).status).toBe(201);
    expect(await waitFor('lines', async () => (await bytesOf(`lines-${id}-120`)).includes('two'))).toBe(true);
    await waitFor('the sink to fail', async () =>
      (await send('GET', '/connectors/to/status')).text.includes('ENOENT'),
    );
    for (const path of ['', '/config', '/tasks', '/status', '/offsets', '/topics', '/tasks/0/status']) {
      for (const name of ['from', 'to']) await send('GET', `/connectors/${name}${path}`);
    }
    expect((await send('GET', '/metrics')).text).toContain('connector="from"');
    expect((await send('GET', '/connectors/from/config')).text).toContain(
      placeholder(`file:${secrets}:input`),
    );
    expect((await send('GET', '/connectors/from/tasks')).text).toContain(
      placeholder(`file:${secrets}:input`),
    );
    const wrong = { ...source, name: 'from', 'batch.size': placeholder(`file:${secrets}:name`) };
    const validated = await send('PUT', '/connector-plugins/FileStreamSource/config/validate', wrong);
    expect(validated.text).toContain(
      `Invalid value ${placeholder(`file:${secrets}:name`)} for configuration`,
    );
    expect((await send('PUT', '/connectors/wrong/config', wrong)).status).toBe(400);
    const topics = await Promise.all(storeTopics.map((topic) => bytesOf(topic)));
    expect(topics[0]).toContain(placeholder(`files:${folder}:missing`));
    const everything = [...answers, ...topics, ...lines].join('\n');
    expect(everything).toContain('ENOENT');
    expect(everything).not.toContain(canary);
  }, 60_000);

  it('leaves unknown providers and paths that are not allowed as they are written', async () => {
    const left = {
      'connector.class': 'FileStreamSource',
      file: placeholder('vault:a:b'),
      topic: `left-${id}`,
      note: placeholder('file:/etc/hostname:a'),
    };
    expect((await send('PUT', '/connectors/left/config', left)).status).toBe(201);
    const waiting = `Couldn't find file ${placeholder('vault:a:b')}`;
    await waitFor('the task to look for it', () => lines.some((line) => line.includes(waiting.slice(-12))));
    expect(lines.some((line) => line.includes('The path /etc/hostname is not allowed to be accessed'))).toBe(
      true,
    );
  });

  it('refuses a configuration whose values cannot be looked up, naming provider, key and setting', async () => {
    const broken = {
      'connector.class': 'FileStreamSource',
      topic: 't',
      file: placeholder(`file:${folder}/gone:db`),
    };
    const { status, text } = await send('PUT', '/connectors/broken/config', broken);
    expect(status).toBe(400);
    expect(text).toContain(
      `Config provider file could not look up db at ${folder}/gone for file: Could not read properties from file`,
    );
  });

  it('does not start a worker whose setting a provider made wrong, and shows the placeholder', async () => {
    const wrong = settings({ 'offset.flush.interval.ms': placeholder(`file:${secrets}:name`) });
    const start = startWorker({ mode: 'distributed', settings: wrong, loggers, isBrokerEmbedded: false });
    await expect(start).rejects.toThrow(
      `Invalid value ${placeholder(`file:${secrets}:name`)} for configuration offset.flush.interval.ms`,
    );
  });
});
