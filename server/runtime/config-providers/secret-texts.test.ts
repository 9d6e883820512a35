import { expect, it } from 'vitest';
import { ConnectError } from '../../errors/connect-error.ts';
import { SecretTexts } from './secret-texts.ts';

const secrets = new SecretTexts([
  ['p&ss "word"\n', '<placeholder>'],
  ['p&ss "word"\n and more', '<longer>'],
  ['a', '<a>'],
]);

it('hides a value in every form in which it gets into texts', () => {
  const value = 'p&ss "word"\n';
  const forms = [value, value.trim(), JSON.stringify(value).slice(1, -1), encodeURIComponent(value)];
  for (const form of [...forms, Buffer.from(value).toString('base64')]) {
    expect(secrets.hide(`at ${form}.`)).toBe('at <placeholder>.');
  }
  expect(secrets.hide('the longer: p&ss "word"\n and more')).toBe('the longer: <longer>');
});

it('leaves values alone that are too short to be told from words', () => {
  expect(secrets.hide('a car')).toBe('a car');
});

it('hides values in errors and their causes, and keeps code and details', async () => {
  const cause = new Error('login with p&ss "word" failed');
  const error = new ConnectError('retriable', 'p&ss "word" is wrong', { cause, details: { stage: 's' } });
  const shown = await secrets.guard(() => Promise.reject(error)).catch((reason: unknown) => reason);
  expect(shown).toMatchObject({
    code: 'retriable',
    retriable: true,
    message: '<placeholder> is wrong',
    details: { stage: 's' },
  });
  expect((shown as Error).stack).toContain('login with <placeholder> failed');
  expect((shown as Error).stack).not.toContain('word');
  const other = new Error('harmless');
  await expect(secrets.guard(() => Promise.reject(other))).rejects.toBe(other);
});
