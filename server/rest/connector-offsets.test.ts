import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RestUnderTest, startRestUnderTest } from './testing/rest-under-test.ts';

let rest: RestUnderTest;
beforeEach(async () => {
  rest = await startRestUnderTest();
  rest.herder.connectorsByName.set('x', { config: {}, target: 'STOPPED' });
});
afterEach(() => rest.server.stop(1000));

const alter = (body: string) => rest.send('PATCH', '/connectors/x/offsets', { body });

describe('altering offsets', () => {
  it('keeps integers exact to 64 bits', async () => {
    const { status } = await alter(
      '{"offsets":[{"partition":{"f":"a"},"offset":{"small":30,"big":9007199254740993,"min":-9223372036854775808,"f":1.5}}]}',
    );
    expect(status).toBe(200);
    expect(rest.herder.altered).toEqual([
      {
        partition: { f: 'a' },
        offset: { small: 30, big: 9007199254740993n, min: -9223372036854775808n, f: 1.5 },
      },
    ]);
  });

  it('takes null or nothing as a reset, and odd member names as they are', async () => {
    await alter('{"offsets":[{"partition":{"__proto__":"a"},"offset":null},{"partition":{}}]}');
    expect(rest.herder.altered).toHaveLength(2);
    expect(rest.herder.altered.map(({ offset }) => offset)).toEqual([null, null]);
    expect(Object.keys(rest.herder.altered[0]?.partition ?? {})).toEqual(['__proto__']);
  });

  it.each([
    ['{}', 'Partitions / offsets need to be provided for an alter offsets request'],
    ['{"offsets":[]}', 'Partitions / offsets need to be provided for an alter offsets request'],
    ['{"offsets":null}', 'Partitions / offsets need to be provided for an alter offsets request'],
    ['null', 'must be a JSON object'],
    ['', 'has no body'],
    ['{"offsets":{}}', '"offsets" must be a list'],
    ['{"offsets":[null]}', 'offsets[0] must be an object'],
    ['{"offsets":[{"partition":null}]}', 'offsets[0].partition must be an object'],
    ['{"offsets":[{"partition":{}},{"offset":{}}]}', 'offsets[1].partition must be an object'],
    ['{"offsets":[{"partition":{},"offset":"x"}]}', 'offsets[0].offset must be an object or null'],
    ['{"offsets":[{"partition":{},"extra":1}]}', 'Unrecognized field "extra" in offsets[0]'],
    ['{"offsets":[{"partition":{"a":[]}}]}', 'offsets[0].partition.a must be a text'],
    [
      '{"offsets":[{"partition":{},"offset":{"p":9223372036854775808}}]}',
      'offset.p does not fit into 64 bits',
    ],
  ])('refuses %s before the herder sees it', async (body, message) => {
    const answer = await alter(body);
    expect(answer.json).toEqual({ error_code: 400, message: expect.stringContaining(message) });
    expect(rest.herder.calls).toEqual([]);
  });
});
