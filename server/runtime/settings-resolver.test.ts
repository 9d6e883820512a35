import { expect, it } from 'vitest';
import { SecretTexts } from './config-providers/secret-texts.ts';
import { putPlaceholdersBack } from './settings-resolver.ts';

const placeholder = (text: string) => `\${${text}}`;

it('values that came from placeholders are published as placeholders again', () => {
  const password = placeholder('file:/secrets:db');
  const raw = {
    password,
    user: 'me',
    url: `http://${placeholder('env:HOST')}/`,
    mode: placeholder('env:MODE'),
  };
  const resolved = {
    settings: { password: 'canary-in-a-cage', user: 'me', url: 'http://db/', mode: 'on' },
    secrets: new SecretTexts([
      ['canary-in-a-cage', password],
      ['db', placeholder('env:HOST')],
      ['on', placeholder('env:MODE')],
    ]),
    ttlMs: null,
  };
  const made = {
    password: 'canary-in-a-cage',
    user: 'me',
    url: 'http://db/changed',
    mode: 'on',
    jdbc: 'jdbc:db?password=canary-in-a-cage&ssl=on',
    task: '0',
  };
  expect(putPlaceholdersBack(made, raw, resolved)).toEqual({
    password,
    user: 'me',
    url: 'http://db/changed',
    mode: placeholder('env:MODE'),
    jdbc: `jdbc:db?password=${password}&ssl=on`,
    task: '0',
  });
});
