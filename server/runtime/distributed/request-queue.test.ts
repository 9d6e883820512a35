import { describe, expect, test } from 'vitest';
import { ConnectError, codeOf } from '../../errors/connect-error.ts';
import { HerderStage } from './herder-stage.ts';
import { RequestQueue } from './request-queue.ts';

function arrange() {
  let now = Date.UTC(2026, 0, 1);
  const stage = new HerderStage(() => now);
  let rings = 0;
  const queue = new RequestQueue(stage, () => rings++);
  return { stage, queue, rings: () => rings, pass: (ms: number) => (now += ms) };
}

const long = () => AbortSignal.timeout(10_000);

describe('request queue of a herder', () => {
  test('runs requests in their order, one at a time, and hands on results and errors', async () => {
    const { queue, rings } = arrange();
    const order: string[] = [];
    const slow = queue.submit(
      async () => {
        order.push('first begins');
        await new Promise((resolve) => setImmediate(resolve));
        order.push('first ends');
        return 1;
      },
      { signal: long() },
    );
    const failing = queue.submit(
      async () => {
        order.push('second');
        throw new ConnectError('not-found', 'no such thing');
      },
      { signal: long() },
    );
    const outcome = failing.catch((error: unknown) => codeOf(error));
    expect(rings()).toBe(2);
    await queue.runDue(() => true);
    expect(await slow).toBe(1);
    expect(await outcome).toBe('not-found');
    expect(order).toEqual(['first begins', 'first ends', 'second']);
  });

  test('requests for a settled group wait, others pass them', async () => {
    const { queue } = arrange();
    const order: string[] = [];
    const settled = queue.submit(async () => order.push('settled'), { signal: long(), afterRebalance: true });
    const other = queue.submit(async () => order.push('other'), { signal: long() });
    await queue.runDue(() => false);
    await other;
    expect(order).toEqual(['other']);
    await queue.runDue(() => true);
    await settled;
    expect(order).toEqual(['other', 'settled']);
  });

  test('a request that runs out of time before it begins is never run', async () => {
    const { queue } = arrange();
    let isRun = false;
    const abort = new AbortController();
    const waiting = queue
      .submit(
        async () => {
          isRun = true;
        },
        { signal: abort.signal },
      )
      .catch((error: unknown) => codeOf(error));
    abort.abort();
    expect(await waiting).toBe('timeout');
    await queue.runDue(() => true);
    expect(isRun).toBe(false);
    expect(queue.size).toBe(0);
    const late = queue.submit(async () => {}, { signal: AbortSignal.abort() });
    expect(await late.catch((error: unknown) => codeOf(error))).toBe('timeout');
  });

  test('tells the stage that is under way, the inner one of two, or the last one', async () => {
    const { stage, pass } = arrange();
    expect(stage.timeout().message).toBe('Request timed out.');
    await stage.run('doing the one thing', async () => {
      pass(1000);
      await stage.run('doing another', async () => {
        expect(stage.timeout().message).toBe(
          'Request timed out. The worker is currently doing another, which began at 2026-01-01T00:00:01.000Z.',
        );
        expect(stage.timeout().details.stage).toBe('doing another');
      });
      expect(stage.current).toBe('doing the one thing');
      pass(500);
    });
    expect(stage.timeout().message).toBe(
      'Request timed out. The last operation the worker completed was doing the one thing, which began at 2026-01-01T00:00:00.000Z and completed at 2026-01-01T00:00:01.500Z.',
    );
  });

  test('closing fails what waits and what comes', async () => {
    const { queue } = arrange();
    const waiting = queue.submit(async () => {}, { signal: long() }).catch((error: unknown) => String(error));
    queue.close(new ConnectError('unavailable', 'going down'));
    expect(await waiting).toContain('going down');
    await expect(queue.submit(async () => {}, { signal: long() })).rejects.toThrow('going down');
  });

  test('has a limit', async () => {
    const { queue } = arrange();
    const outcomes = Array.from({ length: 1001 }, () =>
      queue.submit(async () => 'done', { signal: long() }).catch((error: unknown) => codeOf(error)),
    );
    expect(await outcomes[1000]).toBe('unavailable');
    await queue.runDue(() => true);
    expect(await outcomes[999]).toBe('done');
  });
});
