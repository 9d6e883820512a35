import { expect, it } from 'vitest';
import { putPlaceholdersBack } from './settings-resolver.ts';

const placeholder = (text: string) => `\${${text}}`;

it('values that came from placeholders are published as placeholders again', () => {
  const raw = {
    password: placeholder('file:/secrets:db'),
    user: 'me',
    url: `http://${placeholder('env:HOST')}/`,
  };
  const resolved = { password: 'canary', user: 'me', url: 'http://db/' };
  const made = { password: 'canary', user: 'me', url: 'http://db/changed', task: '0' };
  expect(putPlaceholdersBack(made, raw, resolved)).toEqual({
    password: placeholder('file:/secrets:db'),
    user: 'me',
    url: 'http://db/changed',
    task: '0',
  });
});
