import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { FileSecretStore } from './file-secret-store.ts';
import { KafkaSecretStore } from './kafka-secret-store.ts';
import type { SecretStore, StoredSecret } from './secret-store.ts';
import { kafkasUnderTest, testTopic } from './testing/kafkas-under-test.ts';

const signal = AbortSignal.timeout(60_000);
const folder = mkdtempSync(join(tmpdir(), 'millrace-secrets-'));
let files = 0;
afterAll(() => rmSync(folder, { recursive: true }));

const kafkas = await kafkasUnderTest();
afterAll(() => Promise.all(kafkas.map(({ close }) => close())));

const secret = (name: string, version: number): StoredSecret => ({
  name,
  version,
  fieldNames: ['user', 'password'],
  updatedAt: 1_700_000_000_000,
  updatedBy: 'ann',
  keyId: 'k1',
  wrappedKey: 'd3JhcHBlZA==',
  sealed: 'c2VhbGVk',
});

/** `open` answers with another store on the same data each time. */
const bodies: readonly { readonly name: string; readonly place: () => { open(): SecretStore } }[] = [
  {
    name: 'a file',
    place: () => {
      const file = join(folder, `secrets-${files++}`);
      return { open: () => new FileSecretStore(file) };
    },
  },
  ...kafkas.map(({ name, create }) => ({
    name,
    place: () => {
      const [kafka, topic] = [create(), testTopic('vault', 1)];
      return { open: () => new KafkaSecretStore(kafka, topic, () => {}) };
    },
  })),
];

describe.each(bodies)('secret store in $name', ({ place }) => {
  test('keeps the latest version of each secret over a restart, and forgets deleted ones', async () => {
    const { open } = place();
    const first = open();
    await first.start(signal);
    expect(first.list()).toEqual([]);
    await first.put(secret('pg', 1));
    await first.put(secret('pg', 2));
    await first.put(secret('old', 1));
    await first.delete('old');
    expect(first.get('pg')).toEqual(secret('pg', 2));
    expect(first.get('old')).toBeNull();
    await first.stop();
    const second = open();
    await second.start(signal);
    expect(second.list()).toEqual([secret('pg', 2)]);
    await second.stop();
  });
});

describe.each(bodies.slice(1))('secret stores of two workers in $name', ({ place }) => {
  test('one reads what the other wrote', async () => {
    const { open } = place();
    const [one, other] = [open(), open()];
    await one.start(signal);
    await other.start(signal);
    await one.put(secret('pg', 1));
    await other.refresh(signal);
    expect(other.get('pg')).toEqual(secret('pg', 1));
    await one.stop();
    await other.stop();
  });
});

test('a file that is damaged is named with the line and left as it is', async () => {
  const file = join(folder, 'damaged');
  const content = `${JSON.stringify(secret('pg', 1))}\n{"name":"pg"}\n`;
  writeFileSync(file, content);
  await expect(new FileSecretStore(file).start()).rejects.toThrow(`line 2 of ${file} is damaged`);
  expect(readFileSync(file, 'utf8')).toBe(content);
});

test('only the owner may read the file', async () => {
  const file = join(folder, 'private');
  const store = new FileSecretStore(file);
  await store.start();
  await store.put(secret('pg', 1));
  expect(statSync(file).mode & 0o077).toBe(0);
});

test('a record that is no secret, or one under another name, is skipped and named', async () => {
  const memory = kafkas[0];
  if (memory === undefined) throw new Error('topics in memory are missing');
  const [kafka, topic] = [memory.create(), testTopic('vault', 1)];
  const lines: string[] = [];
  const store = new KafkaSecretStore(kafka, topic, (_level, line) => lines.push(line));
  await store.start(signal);
  const raw = kafka.createCompactedLog({
    topic: topic.name,
    configKey: topic.configKey,
    create: { partitions: 1, replicationFactor: 1, configs: {} },
    onRecord: () => {},
  });
  await raw.start(signal);
  await raw.send('other', JSON.stringify(secret('pg', 1)));
  await raw.send('junk', '{');
  await raw.stop();
  await store.refresh(signal);
  expect(store.list()).toEqual([]);
  expect(lines).toEqual([
    expect.stringContaining(`${topic.name}-0 offset 0: its key names another secret`),
    expect.stringContaining(`${topic.name}-0 offset 1: it is no JSON`),
  ]);
  await store.stop();
});
