import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConnectorFile } from './connector-file.ts';
import { readWorkerFile } from './settings-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-connector-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
function file(content: string): string {
  const path = join(folder, `connector-${++files}`);
  writeFileSync(path, content);
  return path;
}

describe('connector files', () => {
  it('are Java properties', () => {
    expect(
      readConnectorFile(file('name=lines\nconnector.class=FileStreamSource\n# no\ntasks.max: 1')),
    ).toEqual({
      name: 'lines',
      config: { name: 'lines', 'connector.class': 'FileStreamSource', 'tasks.max': '1' },
      initialState: null,
    });
  });

  it('or a JSON object of settings, numbers and booleans as text', () => {
    expect(readConnectorFile(file('\ufeff {"name":"lines","tasks.max":1,"x":true,"y":1.50}'))).toEqual({
      name: 'lines',
      config: { name: 'lines', 'tasks.max': '1', x: 'true', y: '1.5' },
      initialState: null,
    });
  });

  it('or a request to create one, whose unknown members are ignored', () => {
    const request =
      '{"name":"lines","config":{"file":"f"},"initial_state":"stopped","tasks":[],"type":"source"}';
    expect(readConnectorFile(file(request))).toEqual({
      name: 'lines',
      config: { name: 'lines', file: 'f' },
      initialState: 'STOPPED',
    });
  });

  it.each([
    ['file=f', "the connector's configuration is missing the mandatory 'name' configuration"],
    ['{"file":"f"}', "the connector's configuration is missing the mandatory 'name' configuration"],
    [
      '{"config":{"file":"f"}}',
      "the connector's configuration is missing the mandatory 'name' configuration",
    ],
    ['{"name":"a","config":{"name":"b"}}', "Connector name configuration (b) doesn't match"],
    ['{"name":"a",}', 'not valid JSON: a member name in double quotes is expected at line 1, column 13'],
    ['{"name":"a","x":[]}', 'value of "x" must be a text'],
    ['name=\\u00zz', 'line 1: Malformed \\uxxxx encoding.'],
  ])('with %s are refused by name', (content, message) => {
    const path = file(content);
    expect(() => readConnectorFile(path)).toThrow(path);
    expect(() => readConnectorFile(path)).toThrow(message);
  });
});

describe('worker files', () => {
  it('may be none at all, as in the scripts of Kafka', () => {
    expect(readWorkerFile('')).toEqual({ entries: {}, duplicates: [] });
  });

  it('that cannot be read are named with the reason', () => {
    expect(() => readWorkerFile(join(folder, 'none'))).toThrow(`${join(folder, 'none')} does not exist`);
    expect(() => readWorkerFile(folder)).toThrow(`${folder} is a folder`);
  });
});
