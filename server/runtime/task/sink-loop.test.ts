import { describe, expect, it } from 'vitest';
import { ConnectError } from '../../errors/connect-error.ts';
import type { ErrantRecordReporter, SinkOffset } from '../../plugin-api/sink-connector.ts';
import { waitFor } from '../../testing/wait.ts';
import { startSinkLoop } from '../testing/start-sink-loop.ts';

const zero = { topic: 't', partition: 0 };
const one = { topic: 't', partition: 1 };

const until = (what: string, probe: () => boolean) => waitFor(what, probe, 15_000);

describe('the sink loop', () => {
  it('puts what it reads, commits after flush, and gives partitions up in order when it stops', async () => {
    const scene = startSinkLoop();
    scene.consumer.add(zero, 'a', 'b');
    await until('a commit of 2', () => scene.consumer.committedOffset(zero) === 2);
    scene.consumer.add(zero, 'c');
    await until('c', () => scene.values.length === 3);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.values).toEqual(['a', 'b', 'c']);
    expect(scene.consumer.committedOffset(zero)).toBe(3);
    expect(scene.consumer.isClosed).toBe(true);
    expect(scene.events.slice(0, 4)).toEqual(['start', 'RUNNING', 'open t-0', 'topic t']);
    expect(scene.events.slice(-3)).toEqual(['flush 3', 'close t-0', 'stop']);
    expect(scene.gauges).toMatchObject({ taken: 3, records: 3, lag: 0, active: 0, partitions: 0 });
    expect(scene.gauges.commits.done).toBe(scene.gauges.commits.begun);
  });

  it('says how far the task is behind', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const scene = startSinkLoop({
      task: () => ({ put: (records) => (records.length > 0 ? gate : undefined) }),
    });
    scene.consumer.maxPollRecords = 2;
    scene.consumer.add(zero, 'a', 'b', 'c', 'd', 'e');
    await until('a lag of 3', () => scene.gauges.lag === 3);
    await until('a put under way', () => scene.gauges.callSince !== null);
    expect(scene.gauges).toMatchObject({ taken: 2, records: 0, partitions: 1 });
    release();
    await until('no lag', () => scene.gauges.lag === 0);
    scene.control.stop();
    expect(await scene.done).toBeNull();
  });

  it('does not commit records that put has not taken', async () => {
    const scene = startSinkLoop({
      task: () => ({
        put: async (records) => {
          if (records.length > 0) throw new Error('disk full');
        },
      }),
    });
    scene.consumer.add(zero, 'a');
    const error = await scene.done;
    expect(error?.message).toBe('Exiting WorkerSinkTask due to unrecoverable exception.');
    expect(error?.cause).toMatchObject({ message: 'disk full' });
    expect(scene.consumer.committedOffset(zero)).toBeNull();
    expect(scene.events.slice(-2)).toEqual(['close t-0', 'stop']);
  });

  it('pauses the consumer and puts the same records again after a retriable error', async () => {
    let failures = 2;
    const attempts: unknown[][] = [];
    const scene = startSinkLoop({
      task: (context) => ({
        put: (records) => {
          if (records.length === 0) return;
          attempts.push(records.map(({ value }) => value));
          if (failures-- <= 0) return;
          context().timeout(5);
          throw new ConnectError('retriable', 'try later');
        },
      }),
    });
    scene.consumer.add(zero, 'a');
    await until('the pause', () => scene.consumer.isPaused(zero) || attempts.length === 3);
    scene.consumer.add(zero, 'b');
    await until('b', () => attempts.flat().includes('b'));
    expect(attempts).toEqual([['a'], ['a'], ['a'], ['b']]);
    expect(scene.consumer.isPaused(zero)).toBe(false);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.consumer.committedOffset(zero)).toBe(2);
  });

  it('commits only what preCommit vouches for', async () => {
    let safe: readonly SinkOffset[] = [];
    const scene = startSinkLoop({ task: () => ({ preCommit: () => safe }) });
    scene.consumer.add(zero, 'a', 'b', 'c');
    await until('all three', () => scene.values.length === 3);
    expect(scene.consumer.committedOffset(zero)).toBeNull();
    safe = [{ ...zero, offset: 2 }];
    await until('a commit of 2', () => scene.consumer.committedOffset(zero) === 2);
    safe = [
      { ...zero, offset: 17 },
      { ...one, offset: 1 },
    ];
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.consumer.committedOffset(zero)).toBe(2);
    expect(scene.consumer.committedOffset(one)).toBeNull();
  });

  it('reads again from the last commit when the task cannot flush', async () => {
    let isBroken = true;
    const scene = startSinkLoop({
      task: () => ({
        flush: (offsets) => {
          if (isBroken && (offsets[0]?.offset ?? 0) > 0) {
            isBroken = false;
            throw new Error('flush failed');
          }
        },
      }),
    });
    scene.consumer.add(zero, 'a', 'b');
    await until('a commit of 2', () => scene.consumer.committedOffset(zero) === 2);
    expect(scene.values).toEqual(['a', 'b', 'a', 'b']);
    expect(scene.consumer.seeks).toEqual(['t-0@0']);
    expect(scene.gauges.stats.commitOutcome.average(Date.now())).toBeLessThan(1);
    scene.control.stop();
    expect(await scene.done).toBeNull();
  });

  it('flushes and commits before it gives a revoked partition up, and keeps the others', async () => {
    const scene = startSinkLoop({ intervalMs: 60_000 });
    scene.consumer.assignNext(one);
    scene.consumer.add(zero, 'a');
    scene.consumer.add(one, 'b');
    await until('both', () => scene.values.length === 2);
    scene.consumer.revokeNext(zero);
    await until('the close', () => scene.events.includes('close t-0'));
    expect(scene.consumer.committedOffset(zero)).toBe(1);
    expect(scene.consumer.committedOffset(one)).toBeNull();
    expect(scene.events.indexOf('flush 1')).toBeLessThan(scene.events.indexOf('close t-0'));
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.consumer.committedOffset(one)).toBe(1);
  });

  it('does not commit a partition that was lost', async () => {
    const scene = startSinkLoop({ intervalMs: 60_000 });
    scene.consumer.add(zero, 'a');
    await until('a', () => scene.values.length === 1);
    scene.consumer.loseNext(zero);
    await until('the close', () => scene.events.includes('close t-0'));
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.consumer.commits).toEqual([]);
  });

  it('drops records held for redelivery when their partition goes', async () => {
    let isBroken = true;
    const scene = startSinkLoop({
      intervalMs: 60_000,
      task: (context) => ({
        put: (records) => {
          if (!isBroken || records.length === 0)
            return void scene.values.push(...records.map(({ value }) => value));
          context().timeout(5);
          throw new ConnectError('retriable', 'later');
        },
      }),
    });
    scene.consumer.add(zero, 'a');
    await until('the pause', () => scene.consumer.isPaused(zero));
    scene.consumer.revokeNext(zero);
    await until('the close', () => scene.events.includes('close t-0'));
    isBroken = false;
    scene.consumer.assignNext(one);
    scene.consumer.add(one, 'b');
    await until('b', () => scene.values.includes('b'));
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.values).toEqual(['b']);
    expect(scene.consumer.committedOffset(zero)).toBeNull();
  });

  it('rewinds where the task says', async () => {
    const scene = startSinkLoop({
      task: (context) => ({
        put: (records) => {
          if (scene.values.length === 0 && records.length > 0) context().offset(zero, 1);
          scene.values.push(...records.map(({ value }) => value));
        },
      }),
    });
    scene.consumer.add(zero, 'a', 'b');
    await until('b again', () => scene.values.length === 3);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.values).toEqual(['a', 'b', 'b']);
  });

  it('commits soon after the task asks for it', async () => {
    const scene = startSinkLoop({
      intervalMs: 60_000,
      task: (context) => ({
        put: (records) => {
          if (records.length > 0) context().requestCommit();
        },
      }),
    });
    scene.consumer.add(zero, 'a');
    await until('the commit', () => scene.consumer.committedOffset(zero) === 1);
    scene.control.stop();
    expect(await scene.done).toBeNull();
  });

  it('goes on reading when a commit hangs, and tries again after the flush timeout', async () => {
    const scene = startSinkLoop();
    let hangs = true;
    scene.consumer.commitGate = () => (hangs ? new Promise(() => {}) : Promise.resolve());
    scene.consumer.add(zero, 'a');
    await until('a', () => scene.values.includes('a'));
    scene.consumer.add(zero, 'b');
    await until('b', () => scene.values.includes('b'));
    hangs = false;
    await until('a later commit', () => scene.consumer.committedOffset(zero) === 2);
    expect(scene.events.join()).toContain('offset.flush.timeout.ms');
    expect(scene.gauges.commits.skipped).toBeGreaterThan(0);
    scene.control.stop();
    expect(await scene.done).toBeNull();
  });

  it('survives a commit that fails', async () => {
    const scene = startSinkLoop();
    let failures = 1;
    scene.consumer.commitGate = async () => {
      if (failures-- > 0) throw new ConnectError('conflict', 'the group has moved on');
    };
    scene.consumer.add(zero, 'a');
    await until('the commit', () => scene.consumer.committedOffset(zero) === 1);
    scene.control.stop();
    expect(await scene.done).toBeNull();
  });

  it('stays in the group while it is paused, commits, and goes on when resumed', async () => {
    const scene = startSinkLoop({ intervalMs: 60_000 });
    scene.consumer.add(zero, 'a');
    await until('a', () => scene.values.length === 1);
    scene.control.setTarget('PAUSED');
    await until('PAUSED', () => scene.events.includes('PAUSED'));
    await until('the commit', () => scene.consumer.committedOffset(zero) === 1);
    scene.consumer.add(zero, 'b');
    const { polls } = scene.consumer;
    await until('another poll', () => scene.consumer.polls > polls);
    expect(scene.values).toEqual(['a']);
    scene.control.setTarget('STARTED');
    await until('b', () => scene.values.length === 2);
    scene.control.stop();
    expect(await scene.done).toBeNull();
  });

  it('does not start a task that is created paused until it is resumed', async () => {
    const scene = startSinkLoop({ paused: true });
    await until('PAUSED', () => scene.events.includes('PAUSED'));
    expect(scene.events).toEqual(['PAUSED']);
    scene.control.setTarget('STARTED');
    await until('RUNNING', () => scene.events.includes('RUNNING'));
    scene.control.stop();
    expect(await scene.done).toBeNull();
  });

  it('keeps partitions that the task has paused paused over a redelivery', async () => {
    let failures = 1;
    const scene = startSinkLoop({
      task: (context) => ({
        put: (records) => {
          if (records.length === 0) return;
          context().pause(one);
          context().timeout(2);
          if (failures-- > 0) throw new ConnectError('retriable', 'later');
          scene.values.push(...records.map(({ value }) => value));
        },
      }),
    });
    scene.consumer.assignNext(one);
    scene.consumer.add(zero, 'a');
    await until('a', () => scene.values.includes('a'));
    expect(scene.consumer.isPaused(one)).toBe(true);
    expect(scene.consumer.isPaused(zero)).toBe(false);
    expect(() => scene.context().pause({ topic: 'x', partition: 9 })).toThrow(
      'x:9 is not assigned to this task',
    );
    scene.control.stop();
    expect(await scene.done).toBeNull();
  });

  it('fails when open fails, after the poll', async () => {
    const scene = startSinkLoop({
      task: () => ({
        open: () => {
          throw new Error('no such table');
        },
      }),
    });
    expect((await scene.done)?.message).toBe('no such table');
  });

  it('fails at a record that cannot be converted, without committing it', async () => {
    const scene = startSinkLoop();
    scene.consumer.maxPollRecords = 1;
    scene.consumer.add(zero, 'a', 'poison', 'c');
    const error = await scene.done;
    expect(error?.cause).toMatchObject({ message: 'poison cannot be converted' });
    expect(scene.values).toEqual(['a']);
    expect(scene.consumer.committedOffset(zero)).toBe(1);
  });

  it('skips it when errors are tolerated, and commits past it', async () => {
    const settings = {
      'errors.tolerance': 'all',
      transforms: 'd',
      'transforms.d.type': 'D',
      'transforms.d.regex': 'x',
    };
    const scene = startSinkLoop({ settings });
    scene.consumer.add(zero, 'a', 'poison', 'x', null, 'throw');
    await until('the commit', () => scene.consumer.committedOffset(zero) === 5);
    expect(scene.values).toEqual(['a', null]);
    scene.control.stop();
    expect(await scene.done).toBeNull();
  });

  it('fails after put when the task swallowed the refusal of its errant record', async () => {
    const scene = startSinkLoop({
      task: (context) => ({
        put: async (records) => {
          for (const record of records) {
            await context()
              .errantRecordReporter?.report(record, new Error('bad row'))
              .catch(() => undefined);
          }
        },
      }),
    });
    scene.consumer.add(zero, 'a');
    expect((await scene.done)?.cause).toMatchObject({ message: 'bad row' });
    expect(scene.consumer.committedOffset(zero)).toBeNull();
  });

  const withDeadLetters = {
    'errors.tolerance': 'all',
    'errors.deadletterqueue.topic.name': 'dead',
  };

  it('commits past a record that failed only when the dead letter queue has it', async () => {
    const scene = startSinkLoop({ settings: withDeadLetters });
    scene.consumer.add(zero, 'a', 'poison', 'b');
    await until('the values', () => scene.values.length === 2);
    await until('a commit that is put off', () =>
      scene.events.some((line) => line.includes('not committed now')),
    );
    expect(scene.consumer.committedOffset(zero)).toBeNull();
    expect(scene.deadLetters.current?.sent.map(({ record }) => [record.topic, String(record.value)])).toEqual(
      [['dead', 'poison']],
    );
    scene.deadLetters.current?.acknowledge(1);
    await until('the commit', () => scene.consumer.committedOffset(zero) === 3);
    expect(scene.gauges.errors).toMatchObject({ skipped: 1, deadLetters: 1, deadLetterFailures: 0 });
    scene.control.stop();
    expect(await scene.done).toBeNull();
  });

  it('counts and logs a record that could not be converted nor written to the dead letter queue', async () => {
    const scene = startSinkLoop({ settings: withDeadLetters });
    scene.consumer.add(zero, 'poison');
    await until('the letter', () => scene.deadLetters.current?.sent.length === 1);
    scene.deadLetters.current?.acknowledge(1, new Error('too large'));
    await until('the commit', () => scene.consumer.committedOffset(zero) === 1);
    expect(scene.gauges.errors).toMatchObject({ deadLetters: 1, deadLetterFailures: 1 });
    expect(scene.events.some((line) => /t-0 offset 0 .*too large/.test(line))).toBe(true);
    scene.control.stop();
    expect(await scene.done).toBeNull();
  });

  it('waits while the dead letter queue takes nothing more, and loses nothing when stopped meanwhile', async () => {
    const scene = startSinkLoop({ settings: withDeadLetters, deadLetterCapacity: 1 });
    scene.consumer.add(zero, 'poison', 'poison', 'a');
    await until('the first letter', () => scene.deadLetters.current?.sent.length === 1);
    scene.control.stop();
    await scene.done;
    expect(scene.values).toEqual([]);
    expect(scene.consumer.committedOffset(zero)).toBeNull();
  });

  it('fails when a record that the task reported cannot be written, though the task does not wait for it', async () => {
    const scene = startSinkLoop({
      settings: withDeadLetters,
      task: () => {
        let reporter: ErrantRecordReporter | null = null;
        return {
          start: (_settings, given) => {
            reporter = given.errantRecordReporter;
          },
          put: (records) => {
            // Nobody waits for the answer.
            for (const record of records) void reporter?.report(record, new Error('bad'));
          },
        };
      },
    });
    scene.consumer.add(zero, 'a');
    await until('the letter', () => scene.deadLetters.current?.sent.length === 1);
    expect(scene.deadLetters.current?.values).toEqual(['a']);
    scene.deadLetters.current?.acknowledge(1, new Error('not authorized'));
    expect(await scene.done).toMatchObject({
      message: expect.stringContaining('could not be written to the dead letter queue either'),
      cause: { message: 'not authorized' },
    });
    expect(scene.consumer.committedOffset(zero)).toBeNull();
  });

  it('ends soon when it is stopped during a long poll', async () => {
    const scene = startSinkLoop({ intervalMs: 600_000 });
    await until('RUNNING', () => scene.events.includes('open t-0'));
    scene.control.stop();
    expect(await scene.done).toBeNull();
  });
});
