import { ask, type RestCase } from './rest-case.ts';

const create = { name: 'odd', config: { 'connector.class': 'FileStreamSource' } };

/** None of these may leave a connector behind. */
export const oddRequestCases: readonly RestCase[] = [
  ask('POST of cut JSON', 'POST /connectors', { body: '{"name": "odd", "config": {' }),
  ask('POST of no JSON at all', 'POST /connectors', { body: 'hello' }),
  ask('POST of an empty body', 'POST /connectors', { body: '' }),
  ask('POST without body and type', 'POST /connectors'),
  ask('POST of null', 'POST /connectors', { body: 'null' }),
  ask('POST of a list', 'POST /connectors', { body: '[]' }),
  ask('POST of a number', 'POST /connectors', { body: '5' }),
  ask('POST of an empty object', 'POST /connectors', { body: {} }),
  ask('POST with more after its end', 'POST /connectors', { body: `${JSON.stringify(create)} x` }),
  ask('POST with single quotes', 'POST /connectors', { body: "{'name': 'odd'}" }),
  ask('POST with a comment', 'POST /connectors', { body: '{"name": "odd" /* so */}' }),
  ask('POST with NaN', 'POST /connectors', { body: '{"name": "odd", "config": {"tasks.max": NaN}}' }),
  ask('POST with an unknown member', 'POST /connectors', { body: { ...create, more: 1 } }),
  ask('POST without config', 'POST /connectors', { body: { name: 'odd' } }),
  ask('POST with config null', 'POST /connectors', { body: { name: 'odd', config: null } }),
  ask('POST with a list as config', 'POST /connectors', { body: { name: 'odd', config: [] } }),
  ask('POST with a list as value', 'POST /connectors', {
    body: { name: 'odd', config: { ...create.config, topic: ['a'] } },
  }),
  ask('POST with an object as value', 'POST /connectors', {
    body: { name: 'odd', config: { ...create.config, topic: { a: 1 } } },
  }),
  ask('POST with a wrong initial state', 'POST /connectors', {
    body: { ...create, initial_state: 'SLEEPING' },
  }),
  ask('PUT config of cut JSON', 'PUT /connectors/odd/config', { body: '{"connector.class": ' }),
  ask('PUT config of null', 'PUT /connectors/odd/config', { body: 'null' }),
  ask('PUT config of a list', 'PUT /connectors/odd/config', { body: '[]' }),
  ask('PUT config of a text', 'PUT /connectors/odd/config', { body: '"text"' }),
  ask('PUT config without body', 'PUT /connectors/odd/config'),
  ask('PATCH config of a list', 'PATCH /connectors/odd/config', { body: '[]' }),
  ask('POST of text', 'POST /connectors', {
    body: JSON.stringify(create),
    headers: { 'content-type': 'text/plain' },
  }),
  ask('POST of a form', 'POST /connectors', {
    body: 'name=odd',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  }),
  ask('POST of a body without type', 'POST /connectors', {
    body: JSON.stringify(create),
    headers: { 'content-type': '' },
  }),
  ask('POST of a type that nobody can read', 'POST /connectors', {
    body: JSON.stringify(create),
    headers: { 'content-type': 'garbage' },
  }),
  ask('PUT config of text', 'PUT /connectors/odd/config', {
    body: JSON.stringify(create.config),
    headers: { 'content-type': 'text/plain' },
  }),
  ask('PATCH config of a merge patch', 'PATCH /connectors/odd/config', {
    body: '{}',
    headers: { 'content-type': 'application/merge-patch+json' },
  }),
  ask('GET of a connector with a type of text', 'GET /connectors/nobody', {
    headers: { 'content-type': 'text/plain' },
  }),
  ask('PUT pause with a type of text', 'PUT /connectors/nobody/pause', {
    headers: { 'content-type': 'text/plain' },
  }),
  ask('an encoded slash', 'GET /connectors/a%2Fb'),
  ask('an encoded per cent', 'GET /connectors/a%25b'),
  ask('an encoded backslash', 'GET /connectors/a%5Cb'),
  ask('an encoded dot', 'GET /connectors/%2E'),
  ask('two encoded dots', 'GET /connectors/%2e%2e/status'),
  ask('an encoded NUL', 'GET /connectors/a%00b'),
  ask('an encoded line feed', 'GET /connectors/a%0Ab'),
  ask('invalid UTF-8', 'GET /connectors/%FF'),
  ask('half an escape', 'GET /connectors/a%2'),
  ask('an empty segment', 'GET //connectors'),
  ask('an empty name', 'GET /connectors//status'),
  ask('a raw backslash', 'GET /connectors/a\\b'),
  ask('a raw quote', 'GET /connectors/a"b'),
  ask('a raw caret', 'GET /connectors/a^b'),
  ask('a name of 300 characters', `GET /connectors/${'n'.repeat(300)}`),
  ask('a path of 9000 characters', `GET /connectors/${'n'.repeat(9000)}`),
  ask('PUT to a path of 9000 characters', `PUT /connectors/${'n'.repeat(9000)}/config`, { body: {} }),
  ask('a name in another script', 'GET /connectors/%E5%90%8D%E5%89%8D'),
  ask('a name with an encoded blank', 'GET /connectors/a%20b'),
  ask('a name with a plus', 'GET /connectors/a+b'),
  ask('a name with a matrix parameter', 'GET /connectors/nobody;v=1/status'),
  ask('a name with an encoded question mark', 'GET /connectors/a%3Fb'),
  ask('a name with an encoded hash', 'GET /connectors/a%23b'),
  ask('a name with braces', 'GET /connectors/%7Ba%7D'),
  ask('POST of an empty name', 'POST /connectors', { body: { ...create, name: '' } }),
  ask('POST of a name of blanks', 'POST /connectors', { body: { ...create, name: '   ' } }),
  ask('POST of a name with a line feed', 'POST /connectors', {
    body: { ...create, name: 'a\nb' },
  }),
  ask('POST of a name that is an object', 'POST /connectors', { body: { ...create, name: { a: 1 } } }),
  ask('no connector came of all this', 'GET /connectors'),
];
