import { describe, expect, it } from 'vitest';
import { ConnectError } from '../../errors/connect-error.ts';
import type { Stage } from './failed-record.ts';
import { RecordErrorHandler } from './record-error-handler.ts';
import { TaskGauges } from './task-gauges.ts';

function createHandler(settings: Record<string, string>, signal = new AbortController().signal) {
  const gauges = new TaskGauges();
  const lines: string[] = [];
  const waits: number[] = [];
  let now = 0;
  const handler = new RecordErrorHandler({
    id: { connector: 'c', task: 2 },
    settings,
    counter: gauges,
    deadLetters: null,
    signal,
    log: (_level, message) => void lines.push(message),
    now: () => now,
    wait: async (ms) => {
      waits.push(ms);
      now += ms;
    },
    random: () => 0.5,
  });
  return { handler, lines, waits, gauges };
}

const failed = (error: Error, stage: Stage = 'VALUE_CONVERTER') => ({
  stage,
  className: 'V',
  error,
  text: () => 'consumed record is {x}',
});
const later = new ConnectError('retriable', 'later');
const broken = new ConnectError('data', 'broken');

describe('the handling of a record that failed', () => {
  it('ends the task unless errors are tolerated', async () => {
    await expect(createHandler({}).handler.handle({}, failed(broken))).rejects.toMatchObject({
      message:
        'Tolerance exceeded in error handler: stage VALUE_CONVERTER, class V, where consumed record is {x}',
      cause: broken,
    });
    const { handler, gauges } = createHandler({ 'errors.tolerance': 'all' });
    expect(await handler.handle({}, failed(broken))).toBe('skip');
    expect(gauges.errors).toMatchObject({ failures: 1, errors: 1, skipped: 1, logged: 0, retries: 0 });
  });

  it('logs only when asked to, and shows the record only when asked to', async () => {
    const tolerant = { 'errors.tolerance': 'all' };
    const silent = createHandler(tolerant);
    await silent.handler.handle({}, failed(broken));
    expect(silent.lines).toEqual([]);
    const logging = createHandler({ ...tolerant, 'errors.log.enable': 'true' });
    await logging.handler.handle({}, failed(broken));
    expect(logging.lines[0]).toContain(
      "Error encountered in task c-2. Executing stage 'VALUE_CONVERTER' with class 'V'. broken",
    );
    const open = createHandler({
      ...tolerant,
      'errors.log.enable': 'true',
      'errors.log.include.messages': 'true',
    });
    await open.handler.handle({}, failed(broken));
    expect(open.lines[0]).toBe(
      "Error encountered in task c-2. Executing stage 'VALUE_CONVERTER' with class 'V', where consumed record is {x}. broken",
    );
  });

  it('does not try again what is not retriable, nor anything without a retry timeout', async () => {
    const { handler, waits } = createHandler({ 'errors.tolerance': 'all', 'errors.retry.timeout': '1000' });
    expect(await handler.handle({}, failed(broken))).toBe('skip');
    const without = createHandler({ 'errors.tolerance': 'all' });
    expect(await without.handler.handle({}, failed(later))).toBe('skip');
    expect(await handler.handle({}, failed(later, 'KAFKA_PRODUCE'))).toBe('skip');
    expect(waits).toEqual([]);
  });

  it('waits twice as long each time, up to the deadline, then gives the record up', async () => {
    const { handler, waits, gauges } = createHandler({
      'errors.tolerance': 'all',
      'errors.retry.timeout': '1500',
    });
    const record = {};
    const answers: string[] = [];
    for (let attempt = 0; attempt < 4; attempt++) answers.push(await handler.handle(record, failed(later)));
    expect(answers).toEqual(['retry', 'retry', 'retry', 'skip']);
    // Four attempts failed, and then the record.
    expect(gauges.errors).toMatchObject({
      failures: 5,
      errors: 1,
      skipped: 1,
      retries: 3,
      lastErrorAt: 1_500,
    });
    expect(waits).toEqual([300, 600, 600]);
    expect(await handler.handle({}, failed(later))).toBe('retry');
    expect(waits.at(-1)).toBe(300);
  });

  it('keeps waits below their maximum, and goes on for ever with a negative timeout', async () => {
    const { handler, waits } = createHandler({
      'errors.retry.timeout': '-1',
      'errors.retry.delay.max.ms': '1000',
    });
    const record = {};
    for (let attempt = 0; attempt < 50; attempt++)
      expect(await handler.handle(record, failed(later))).toBe('retry');
    expect(waits.slice(0, 3)).toEqual([300, 600, 500]);
    expect(Math.max(...waits)).toBeLessThanOrEqual(1_000);
  });

  it('leaves a record that may still succeed for the next start when the task is asked to stop', async () => {
    const stop = new AbortController();
    stop.abort();
    const { handler, gauges } = createHandler(
      { 'errors.tolerance': 'all', 'errors.retry.timeout': '-1' },
      stop.signal,
    );
    expect(await handler.handle({}, failed(later))).toBe('retry');
    expect(gauges.errors.skipped).toBe(0);
  });
});
