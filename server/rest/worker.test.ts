import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConnectError } from '../errors/connect-error.ts';
import { type RestUnderTest, startRestUnderTest } from './testing/rest-under-test.ts';

let rest: RestUnderTest;
beforeEach(async () => {
  rest = await startRestUnderTest();
});
afterEach(() => rest.server.stop(1000));

describe('health', () => {
  it.each([
    ['healthy', 200],
    ['starting', 503],
    ['unhealthy', 500],
  ] as const)('of a worker that is %s is answered %i', async (status, code) => {
    rest.herder.healthAnswer = { status, message: 'why' };
    const answer = await rest.send('GET', '/health');
    expect([answer.status, answer.json]).toEqual([code, { status, message: 'why' }]);
  });

  it('tells a worker that starts from one that fails', async () => {
    rest.herder.healthAnswer = new ConnectError('unavailable', 'Worker is still starting up.');
    const starting = await rest.send('GET', '/health');
    expect([starting.status, starting.json]).toEqual([
      503,
      { status: 'starting', message: 'Worker is still starting up.' },
    ]);
    rest.herder.healthAnswer = new Error('boom');
    const failing = await rest.send('GET', '/health');
    expect(failing.status).toBe(500);
    expect(failing.json).toMatchObject({ status: 'unhealthy', message: expect.stringContaining('boom') });
  });
});

describe('the root', () => {
  it('says the version of the protocol even before a broker was heard of', async () => {
    rest.herder.clusterId = null;
    expect((await rest.send('GET', '/')).json).toEqual({
      version: '4.3.1',
      commit: 'millrace-0.1.0',
      kafka_cluster_id: null,
    });
  });
});
