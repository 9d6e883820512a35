import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RestUnderTest, startRestUnderTest } from './testing/rest-under-test.ts';

let rest: RestUnderTest;
beforeEach(async () => {
  rest = await startRestUnderTest();
});
afterEach(() => rest.server.stop(1000));

const validate = (plugin: string, config: unknown) =>
  rest.send('PUT', `/connector-plugins/${plugin}/config/validate`, { body: config });

describe('validation', () => {
  it.each([
    ['FileStreamSink', 'FileStreamSink'],
    ['FileStreamSinkConnector', 'FileStreamSink'],
    ['FileStreamSink', 'org.apache.kafka.connect.file.FileStreamSinkConnector'],
    ['Sink', 'FileStreamSinkConnector'],
  ])('of %s takes the class %s', async (plugin, className) => {
    expect((await validate(plugin, { 'connector.class': className })).status).toBe(200);
  });

  it.each([
    ['FileStreamSource', 'FileStreamSink'],
    ['Connector', 'FileStreamSinkConnector'],
  ])('of %s refuses the class %s', async (plugin, className) => {
    const { json } = await validate(plugin, { 'connector.class': className });
    expect(json).toEqual({
      error_code: 400,
      message: `Included connector type ${className} does not match request type ${plugin}`,
    });
  });

  it('lets null values through to the herder, which names their keys', async () => {
    await validate('FileStreamSink', { 'connector.class': 'FileStreamSink', file: null });
    expect(rest.herder.calls).toEqual([
      'validateConnectorConfig {"connector.class":"FileStreamSink","file":null}',
    ]);
  });

  it('answers 400 when the class is missing', async () => {
    const { status, json } = await validate('FileStreamSink', {});
    expect([status, json]).toEqual([
      400,
      { error_code: 400, message: 'Connector config contains no connector type' },
    ]);
  });
});

describe('definition of a plugin', () => {
  const path = '/connector-plugins/FileStreamSink/config';

  it('is there in the installed version only', async () => {
    for (const version of ['latest', '0.1.0', '%5B0.1.0%5D']) {
      expect((await rest.send('GET', `${path}?version=${version}`)).status).toBe(200);
    }
    for (const version of ['', '9', 'LATEST']) {
      const { status, json } = await rest.send('GET', `${path}?version=${version}`);
      expect(status).toBe(400);
      expect(json).toMatchObject({ message: expect.stringContaining('available versions: [0.1.0]') });
    }
  });

  it('is not there for an unknown plugin', async () => {
    expect((await rest.send('GET', '/connector-plugins/nope/config')).json).toEqual({
      error_code: 404,
      message: 'Unknown plugin nope.',
    });
  });
});
