import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RestUnderTest, startRestUnderTest } from './testing/rest-under-test.ts';

let rest: RestUnderTest;
beforeEach(async () => {
  rest = await startRestUnderTest();
});
afterEach(() => rest.server.stop(1000));

const create = (body: unknown) => rest.send('POST', '/connectors', { body });

describe('creating a connector', () => {
  it('says where it is, with the name encoded and the host the caller used', async () => {
    const { status, headers } = await rest.send('POST', '/connectors', {
      body: { name: 'a b->ü', config: { 'connector.class': 'F' } },
      headers: { host: 'connect.example:8083' },
    });
    expect(status).toBe(201);
    expect(headers.location).toBe('http://connect.example:8083/connectors/a%20b-%3E%C3%BC');
  });

  it('survives names that look like templates or prototype members', async () => {
    for (const name of [
      'x$' + '{a:b}',
      '__proto__',
      'constructor',
      '{{7*7}}',
      'config',
      'null',
      "'; drop table",
      '<b>',
    ]) {
      const path = `/connectors/${encodeURIComponent(name)}`;
      expect([name, (await create({ name, config: { 'connector.class': 'F' } })).status]).toEqual([
        name,
        201,
      ]);
      expect((await rest.send('GET', `${path}/config`)).json).toEqual({ 'connector.class': 'F', name });
      expect((await rest.send('DELETE', path)).status).toBe(204);
    }
  });

  it.each(['a/b', 'a\\b', '100%', '.', '..', 'a\u0000b', 'a\r\nb', '\u0085', '\ud800', 'n'.repeat(5000)])(
    'refuses the name %j, because no request could address it afterwards',
    async (name) => {
      const { status, json } = await create({ name, config: { 'connector.class': 'F' } });
      expect(status).toBe(400);
      expect(json).toMatchObject({
        error_code: 400,
        message: expect.stringContaining('for configuration name'),
      });
      expect(rest.herder.calls).toEqual([]);
    },
  );

  it('trims the name, and takes a number as one', async () => {
    await create({ name: ' x ', config: { name: 'x' } });
    await create({ name: 5, config: {} });
    expect([...rest.herder.connectorsByName.keys()]).toEqual(['x', '5']);
  });

  it('keeps values as they are and turns numbers and booleans into text', async () => {
    const config = '{"a":1.50,"b":1e3,"c":12345678901234567890,"d":true,"e":" 007 ","f":"TRUE","g":-0}';
    await create(`{"name":"x","config":${config}}`);
    expect((await rest.send('GET', '/connectors/x/config')).json).toEqual({
      a: '1.5',
      b: '1000.0',
      c: '12345678901234567890',
      d: 'true',
      e: ' 007 ',
      f: 'TRUE',
      g: '0',
      name: 'x',
    });
  });

  it('takes the initial state in any case of letters', async () => {
    await create({ name: 'a', config: {}, initial_state: 'paused' });
    await create({ name: 'b', config: {}, initial_state: 'RUNNING' });
    await create({ name: 'c', config: {}, initial_state: 'Stopped' });
    await create({ name: 'd', config: {}, initial_state: null });
    const targets = [...rest.herder.connectorsByName.values()].map(({ target }) => target);
    expect(targets).toEqual(['PAUSED', 'STARTED', 'STOPPED', 'STARTED']);
    expect(rest.herder.calls).toContain('putConnectorConfig d');
  });

  it('reads a body with a byte order mark, and the last of two equal names', async () => {
    expect((await create('\ufeff{"name":"a","name":"b","config":{}}')).status).toBe(201);
    expect([...rest.herder.connectorsByName.keys()]).toEqual(['b']);
  });

  it.each([
    ['', 'The request has no body'],
    ['null', 'must be a JSON object with "name" and "config"'],
    ['[]', 'must be a JSON object with "name" and "config"'],
    ['"x"', 'must be a JSON object with "name" and "config"'],
    ['{"name":"x"', 'not valid JSON: it ends where'],
    ['{"name":"x","config":{}} x', 'there is more after its end'],
    ["{'name':'x'}", 'a member name in double quotes is expected at line 1, column 2'],
    ['{"name":"x"}', 'has no "config"'],
    ['{"name":"x","config":null}', 'has no "config"'],
    ['{"name":"x","config":[]}', '"config" in the request body must be a JSON object'],
    ['{"name":"x","config":{"k":{}}}', 'value of "k" must be a text, a number or a boolean, not an object'],
    ['{"name":"x","config":{"k":["v"]}}', 'value of "k" must be a text, a number or a boolean, not a list'],
    ['{"name":"x","config":{"k":null}}', 'Null value can not be supplied for k'],
    ['{"name":["x"],"config":{}}', '"name" in the request body must be a text'],
    ['{"name":"x","config":{},"extra":1}', 'Unrecognized field "extra"'],
    ['{"name":"x","config":{},"initial_state":"bogus"}', 'must be one of: RUNNING, PAUSED, STOPPED'],
    ['{"name":"x","config":{},"initial_state":1}', 'must be one of: RUNNING, PAUSED, STOPPED'],
    [
      '{"name":"x","config":{"name":"y"}}',
      "Connector name configuration (y) doesn't match connector name in the URL (x)",
    ],
  ])('refuses %s with 400 and says what is wrong', async (body, message) => {
    const answer = await create(body);
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual({ error_code: 400, message: expect.stringContaining(message) });
    expect([...rest.herder.connectorsByName]).toEqual([]);
  });

  it('is a conflict when there is one of that name', async () => {
    await create({ name: 'x', config: {} });
    const { status, json } = await create({ name: 'x', config: {} });
    expect([status, json]).toEqual([409, { error_code: 409, message: 'Connector x already exists' }]);
  });
});

describe('changing a config', () => {
  it('creates what was not there and says so', async () => {
    const first = await rest.send('PUT', '/connectors/x/config', { body: { k: 'v', name: null } });
    expect(first.status).toBe(201);
    expect(first.headers.location).toBe(`http://127.0.0.1:${rest.port}/connectors/x`);
    const second = await rest.send('PUT', '/connectors/x/config', { body: { k: 'w' } });
    expect([second.status, second.headers.location]).toEqual([200, undefined]);
    expect(second.json).toMatchObject({ config: { k: 'w', name: 'x' } });
  });

  it('refuses another name, and a body that is no map', async () => {
    const { status, json } = await rest.send('PUT', '/connectors/x/config', { body: { name: 'y' } });
    expect([status, json]).toEqual([
      400,
      {
        error_code: 400,
        message: "Connector name configuration (y) doesn't match connector name in the URL (x)",
      },
    ]);
    for (const body of ['null', '[]', '3', '"x"', '']) {
      expect((await rest.send('PUT', '/connectors/x/config', { body })).status).toBe(400);
      expect((await rest.send('PATCH', '/connectors/x/config', { body })).status).toBe(400);
    }
  });

  it('says which connector is not there', async () => {
    const { status, json } = await rest.send('PATCH', '/connectors/a%20b/config', { body: {} });
    expect([status, json]).toEqual([404, { error_code: 404, message: 'Connector a b not found' }]);
  });
});
