import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { JsonConverter } from '../../converters/json/json-converter.ts';
import { codeOf } from '../../errors/connect-error.ts';
import { jsonPathCases, jsonPathDocument } from '../testing/json-path-cases.ts';
import { JsonPath } from './json-path.ts';

const answers: readonly [path: string, answer: unknown][] = JSON.parse(
  readFileSync(new URL('../fixtures/jayway-answers.json', import.meta.url), 'utf8'),
);
const json = new JsonConverter();
json.configure({ 'converter.type': 'value', 'schemas.enable': 'false' });
const document = json.toConnectData('', Buffer.from(jsonPathDocument)).value;

function ours(path: string): unknown {
  try {
    const found = new JsonPath(path).read(document);
    if (found === null) return 'missing';
    return JSON.parse(String(json.fromConnectData('', null, found)));
  } catch (error) {
    return codeOf(error) === 'config' ? 'refused' : codeOf(error);
  }
}

test('the answers of Java are those to the cases of today', () => {
  expect(answers.map(([path]) => path)).toEqual(jsonPathCases);
});

test.each(answers)('%s leads where Jayway leads it', (path, answer) => {
  expect(ours(path)).toEqual(answer);
});
