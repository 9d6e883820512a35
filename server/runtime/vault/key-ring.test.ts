import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { newKeyLine, readKeyRing } from './key-ring.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

function keyFile(content: string, mode = 0o600): string {
  const file = join(folder, `keys-${files++}`);
  writeFileSync(file, content);
  chmodSync(file, mode);
  return file;
}

test('the last key of the file is the one in use', async () => {
  const ring = await readKeyRing(keyFile(`# of the vault\n${newKeyLine('k1')}\n${newKeyLine('k2')}`));
  expect(ring.currentId).toBe('k2');
  expect(ring.key('k1')).toHaveLength(32);
  expect(ring.key('k1')).not.toEqual(ring.key('k2'));
});

test.each([
  ['', 'holds no key'],
  ['k1', 'line 1 of'],
  ['=AAAA', 'is not of the form name=key'],
  ['k1=c2hvcnQ=', 'key k1 must be 32 bytes in base64'],
  [`k1=${'A'.repeat(43)}=\nk1=${'A'.repeat(43)}=`, 'key k1 is there twice'],
  ['#'.repeat(70_000), 'is larger than'],
])('a key file %#: is refused', async (content, message) => {
  await expect(readKeyRing(keyFile(content))).rejects.toThrow(message);
});

test('an error never shows a key', async () => {
  const file = keyFile(`${newKeyLine('k1')}canary-key\n`);
  await expect(readKeyRing(file)).rejects.not.toThrow('canary-key');
});

test('a key file that others may read, or that is not there, is refused', async () => {
  await expect(readKeyRing(keyFile(newKeyLine('k1'), 0o640))).rejects.toThrow('Run: chmod 600');
  await expect(readKeyRing(join(folder, 'none'))).rejects.toThrow('cannot be read');
});
