import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handleConsoleRequest } from '../console/http/handle-console-request.ts';
import { secretList } from '../entities/console-secret.ts';
import { type RunningWorker, startWorker } from '../main.ts';
import { Loggers } from '../runtime/log.ts';
import { brokers } from '../testing/brokers.ts';
import { waitFor } from '../testing/wait.ts';
import { ensureVaultKey } from './ensure-vault-key.ts';

/** Part of a file name, so that it shows in errors unless it is hidden. */
const canary = 'canary-9b2e71';
const reference = '$'.concat('{vault:drop:folder}');

interface Mode {
  readonly name: string;
  readonly mode: 'standalone' | 'distributed';
  settings(folder: string): Record<string, string>;
}

const modes = (await brokers()).flatMap(({ name, bootstrap }): readonly Mode[] => {
  const common = (folder: string) => ({
    'bootstrap.servers': bootstrap,
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
    listeners: 'http://127.0.0.1:0',
    'vault.key.file': ensureVaultKey(folder),
  });
  const id = randomUUID();
  const stores = ['config', 'offset', 'status', 'vault'].flatMap((store) => [
    [`${store}.storage.topic`, `${store}-${id}`],
    [`${store}.storage.replication.factor`, '1'],
  ]);
  return [
    {
      name: `a distributed worker on ${name}`,
      mode: 'distributed',
      settings: (folder) => ({
        ...common(folder),
        'group.id': id,
        // The worker comes back under another name: nobody is to wait for the old one.
        'scheduled.rebalance.max.delay.ms': '0',
        ...Object.fromEntries(stores),
      }),
    },
    {
      name: `a standalone worker on ${name}`,
      mode: 'standalone',
      settings: (folder) => ({
        ...common(folder),
        'offset.storage.file.filename': join(folder, 'offsets'),
        'vault.storage.file.filename': join(folder, 'secrets'),
      }),
    },
  ];
});

describe.each(modes)('the vault of $name', ({ mode, settings }) => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-vault-worker-'));
  const lines: string[] = [];
  const answers: string[] = [];
  const loggers = new Loggers({ write: (line) => lines.push(line), coloured: false, level: 'DEBUG' });
  let worker: RunningWorker;

  const start = async () => {
    worker = await startWorker({ mode, settings: settings(folder), loggers, isBrokerEmbedded: false });
    await worker.started;
  };
  beforeAll(start, 60_000);
  afterAll(async () => {
    await worker.stop();
    rmSync(folder, { recursive: true });
  });

  async function rest(method: string, path: string, body?: object): Promise<Response> {
    const headers = { 'content-type': 'application/json' };
    const request = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) };
    const response = await fetch(`${worker.restUrls[0]}${path}`, request);
    answers.push(await response.clone().text());
    return response;
  }

  async function console(method: string, path: string, body?: object): Promise<Response> {
    const headers = { host: 'localhost', 'content-type': 'application/json' };
    const request =
      body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const response = await handleConsoleRequest(new Request(`http://localhost/api/v1${path}`, request));
    answers.push(await response.clone().text());
    return response;
  }

  it('gives a connector what is stored, shows the value nowhere, and keeps it over a restart', async () => {
    const secret = join(folder, canary);
    const stored = await console('PUT', '/secrets/drop', { fields: { folder: secret } });
    expect([stored.status, await stored.json()]).toEqual([
      200,
      expect.objectContaining({ version: 1, references: { folder: reference } }),
    ]);
    writeFileSync(join(folder, 'in'), 'one\n');
    const topic = `vault-${randomUUID()}`;
    await rest('PUT', '/connectors/in/config', {
      'connector.class': 'FileStreamSource',
      file: join(folder, 'in'),
      topic,
    });
    const sink = { 'connector.class': 'FileStreamSink', file: reference, topics: topic };
    expect((await rest('PUT', '/connectors/out/config', sink)).status).toBe(201);
    await waitFor('the line in the file', () => readFileSync(secret, 'utf8') === 'one\n');
    const shown = await rest('GET', '/connectors/out/config');
    expect(await shown.json()).toMatchObject({ file: reference });

    await worker.stop();
    await start();
    const { secrets } = secretList.parse(await (await console('GET', '/secrets')).json());
    expect(secrets).toMatchObject([{ name: 'drop', version: 1, fieldNames: ['folder'] }]);

    await rest('PUT', '/connectors/bad/config', { ...sink, file: `${reference}/not/a/folder` });
    await waitFor(
      'the task to fail',
      async () => (await (await rest('GET', '/connectors/bad/status')).text()).includes('ENO'),
      60_000,
    );
    await console('GET', '/connectors/bad');
    const everything = [...answers, ...lines].join('\n');
    expect(everything).toContain('ENO');
    expect(everything).not.toContain(canary);
  }, 180_000);

  it('refuses a connector whose secret or field is not there, naming them', async () => {
    const sink = (file: string) => ({ 'connector.class': 'FileStreamSink', file, topics: 't' });
    const missing = await rest('PUT', '/connectors/x/config', sink('$'.concat('{vault:none:folder}')));
    expect([missing.status, await missing.text()]).toEqual([
      400,
      expect.stringContaining('could not look up folder at none for file: the vault has no secret none'),
    ]);
    const field = await rest('PUT', '/connectors/x/config', sink('$'.concat('{vault:drop:fold}')));
    expect(await field.text()).toContain('secret drop has no field fold; it has folder');
  });

  it('deletes a secret, and says what is wrong with a request without repeating a value', async () => {
    expect((await console('PUT', '/secrets/gone', { fields: { a: 'b' } })).status).toBe(200);
    expect((await console('DELETE', '/secrets/gone')).status).toBe(204);
    expect((await console('DELETE', '/secrets/gone')).status).toBe(404);
    for (const body of [{ fields: { a: { b: canary } } }, { fields: [canary] }, { password: canary }]) {
      const refused = await console('PUT', '/secrets/x', body);
      expect([refused.status, (await refused.text()).includes(canary)]).toEqual([400, false]);
    }
    expect(await (await console('POST', '/secrets/rewrap', {})).json()).toEqual({ rewrapped: 0 });
  });

  it('does not start with settings that do not go together', async () => {
    const given = settings(folder);
    const starting = (changes: Record<string, string>) =>
      startWorker({ mode, settings: { ...given, ...changes }, loggers, isBrokerEmbedded: false });
    await expect(starting({ 'client.id': reference })).rejects.toThrow(
      'client.id: settings of the worker cannot come from the vault',
    );
    await expect(starting({ 'vault.key.file': join(folder, 'in') })).rejects.toThrow('vault.key.file');
    const own = { 'config.providers': 'vault', 'config.providers.vault.class': 'File' };
    await expect(starting(own)).rejects.toThrow('the name vault belongs to the vault of vault.key.file');
  });
});
