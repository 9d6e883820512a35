import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ConnectError } from '../../errors/connect-error.ts';
import { FileSecretStore } from '../../storage/file-secret-store.ts';
import { KeyRing } from './key-ring.ts';
import { SecretVault } from './secret-vault.ts';
import { VaultConfigProvider } from './vault-config-provider.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-vault-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newFile = () => join(folder, `secrets-${files++}`);
const k1 = randomBytes(32);
const ring = new KeyRing(new Map([['k1', k1]]));

function openVault(file = newFile(), keys = ring): SecretVault {
  const vault = new SecretVault(new FileSecretStore(file), keys, () => {});
  vault.start();
  return vault;
}

test('a secret is stored in versions, listed without values, and deleted', async () => {
  const file = newFile();
  const vault = openVault(file);
  await vault.put('pg', { user: 'u', password: 'one' }, 'ann');
  expect(await vault.put('pg', { password: 'two' }, 'bob')).toMatchObject({ version: 2, updatedBy: 'bob' });
  await vault.put('api', { key: 'x' }, 'ann');
  expect((await vault.list()).map(({ name, fieldNames }) => [name, fieldNames])).toEqual([
    ['api', ['key']],
    ['pg', ['password']],
  ]);
  expect(JSON.stringify(await vault.list())).not.toContain('two');
  expect(await openVault(file).read('pg')).toEqual(new Map([['password', 'two']]));
  await vault.delete('pg');
  await expect(vault.read('pg')).rejects.toThrow('the vault has no secret pg');
  await expect(vault.delete('pg')).rejects.toMatchObject({ code: 'not-found' });
});

test.each<[string, Record<string, string>, string]>([
  ['', { a: 'b' }, "A secret's name"],
  ['../pg', { a: 'b' }, "A secret's name"],
  ['a:b', { a: 'b' }, "A secret's name"],
  ['x'.repeat(129), { a: 'b' }, "A secret's name"],
  ['pg', {}, 'between 1 and 50 fields'],
  ['pg', { 'a:b': 'c' }, 'The name of each field of pg'],
  ['pg', { a: '' }, 'Field a of pg is empty'],
  ['pg', { a: 'é'.repeat(32_769) }, 'Field a of pg is longer than 65536 bytes'],
])('%j with %o is refused', async (name, fields, message) => {
  const vault = openVault();
  await expect(vault.put(name, fields, 'ann')).rejects.toMatchObject({
    code: 'bad-request',
    message: expect.stringContaining(message),
  });
});

test('rewrapping leaves nothing under the old key', async () => {
  const file = newFile();
  await openVault(file).put('pg', { password: 'p' }, 'ann');
  const k2 = randomBytes(32);
  const both = new Map([
    ['k1', k1],
    ['k2', k2],
  ]);
  const vault = openVault(file, new KeyRing(both));
  expect([await vault.rewrap(), await vault.rewrap()]).toEqual([1, 0]);
  const later = openVault(file, new KeyRing(new Map([['k2', k2]])));
  expect(await later.read('pg')).toEqual(new Map([['password', 'p']]));
});

test('a store that cannot be reached yet is tried again; one that is wrongly set up is not', async () => {
  let attempts = 0;
  const store = new FileSecretStore(newFile());
  const start = store.start.bind(store);
  store.start = async () => {
    if (++attempts === 1) throw new ConnectError('kafka', 'no broker');
    await start();
  };
  const lines: string[] = [];
  const vault = new SecretVault(store, ring, (_level, line) => lines.push(line));
  vault.start();
  expect(await vault.list()).toEqual([]);
  expect(lines).toEqual(['vault: no broker; trying again']);

  const broken = new FileSecretStore(newFile());
  broken.start = async () => {
    throw new ConnectError('config', 'vault.storage.topic is not compacted');
  };
  const refused = new SecretVault(broken, ring, () => {});
  refused.start();
  await expect(refused.read('pg')).rejects.toThrow('vault.storage.topic is not compacted');
});

test('a vault that is stopped while it waits for its store ends the wait', async () => {
  const store = new FileSecretStore(newFile());
  store.start = async () => {
    throw new ConnectError('kafka', 'no broker');
  };
  const vault = new SecretVault(store, ring, () => {});
  vault.start();
  const reading = vault.read('pg');
  reading.catch(() => undefined);
  await vault.stop();
  await expect(reading).rejects.toMatchObject({ code: 'unavailable' });
});

test('the provider answers with fields, and names a field that is not there without any value', async () => {
  const vault = openVault();
  await vault.put('pg', { user: 'u', password: 'canary-5d' }, 'ann');
  const provider = new VaultConfigProvider(vault);
  expect((await provider.get('pg', new Set(['password']))).data).toEqual(
    new Map([['password', 'canary-5d']]),
  );
  await expect(provider.get('pg', new Set(['pasword']))).rejects.toThrow(
    'secret pg has no field pasword; it has user, password',
  );
  await expect(provider.get('', new Set(['password']))).rejects.toThrow('name the secret and its field');
});
