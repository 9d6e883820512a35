import { describe, expect, it } from 'vitest';
import { ConnectError } from '../../errors/connect-error.ts';
import { waitFor } from '../../testing/wait.ts';
import { HeaderIdConverter } from '../testing/header-id-converter.ts';
import { LookupConverter } from '../testing/lookup-converter.ts';
import { type SinkScene, startSinkLoop } from '../testing/start-sink-loop.ts';

const zero = { topic: 't', partition: 0 };
const one = { topic: 't', partition: 1 };

function startWithLookups(scene: SinkScene = {}) {
  const converter = new LookupConverter();
  return { converter, ...startSinkLoop({ ...scene, converters: { value: converter } }) };
}

const until = (what: string, probe: () => boolean) => waitFor(what, probe, 30_000);
const tolerant = { 'errors.tolerance': 'all' };

describe('the reading of records whose converter looks at headers', () => {
  it('shows it their bytes, whatever the header converter makes of them', async () => {
    const scene = startSinkLoop({ converters: { value: new HeaderIdConverter(Buffer.of(1)) } });
    scene.consumer.headers = [{ key: '__id', value: Buffer.from([0x80, 0xff]) }];
    scene.consumer.add(zero, 'a');
    await until('the first record', () => scene.values.length === 1);
    scene.consumer.headers = [];
    scene.consumer.add(zero, 'b');
    await until('the second record', () => scene.values.length === 2);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.values).toEqual(['80ff: a', 'nobody: b']);
  });

  it("puts what it adds beside a record of the sink's own that becomes a dead letter", async () => {
    const id = Buffer.from([0x80, 0xff]);
    const scene = startSinkLoop({
      settings: { ...tolerant, 'errors.deadletterqueue.topic.name': 'dead' },
      converters: { value: new HeaderIdConverter(id) },
      task: (context) => ({
        put: async ([record]) => {
          if (record === undefined) return;
          const own = { ...record, value: 'changed', headers: null };
          await context().errantRecordReporter?.report(own, new Error('bad row'));
        },
      }),
    });
    scene.consumer.add(zero, 'a');
    await until('the letter', () => scene.deadLetters.current?.sent.length === 1);
    scene.deadLetters.current?.acknowledge(1);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    const [letter] = scene.deadLetters.current?.sent ?? [];
    expect(String(letter?.record.value)).toBe('changed');
    expect(letter?.record.headers).toEqual([{ key: '__id', value: id }]);
  });
});

describe('the reading of records whose converter looks something up', () => {
  it('waits, then delivers every record in order', async () => {
    const scene = startWithLookups();
    scene.consumer.add(zero, 'a', 'schema-1', 'b', 'schema-2', 'schema-1');
    await until('the first look-up', () => scene.converter.asked.length === 1);
    expect(scene.values).toEqual([]);
    scene.converter.answer('schema-1');
    await until('the second look-up', () => scene.converter.asked.length === 2);
    scene.converter.answer('schema-2');
    await until('all records', () => scene.values.length === 5);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.values).toEqual(['a', 'schema-1', 'b', 'schema-2', 'schema-1']);
    expect(scene.consumer.committedOffset(zero)).toBe(5);
    expect(scene.gauges.errors.failures).toBe(0);
  });

  it('polls on with everything paused while the answer is late, and takes new records afterwards', async () => {
    const scene = startWithLookups();
    scene.consumer.add(zero, 'a', 'schema-1', 'b');
    await until('the pause', () => scene.consumer.isPaused(zero));
    const { polls } = scene.consumer;
    scene.consumer.add(zero, 'c');
    scene.consumer.wakeup();
    await until('more polls', () => scene.consumer.polls > polls + 1);
    expect(scene.values).toEqual([]);
    scene.converter.answer('schema-1');
    await until('all records', () => scene.values.length === 4);
    expect(scene.values).toEqual(['a', 'schema-1', 'b', 'c']);
    expect(scene.consumer.isPaused(zero)).toBe(false);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.consumer.committedOffset(zero)).toBe(4);
  });

  it('ends the wait at once when the task is asked to stop, and commits nothing of the batch', async () => {
    const scene = startWithLookups({ settings: tolerant });
    scene.consumer.add(zero, 'a', 'schema-1');
    await until('the look-up', () => scene.converter.asked.length === 1);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.values).toEqual([]);
    expect(scene.consumer.commits).toEqual([]);
    expect(scene.gauges.errors.skipped).toBe(0);
  });

  it('lets a partition go during the wait, and delivers the other one alone', async () => {
    const scene = startWithLookups();
    scene.consumer.assignNext(one);
    scene.consumer.add(zero, 'a', 'schema-1');
    scene.consumer.add(one, 'b', 'schema-2', 'c');
    await until('the pause of both', () => scene.consumer.isPaused(zero) && scene.consumer.isPaused(one));
    const [first] = scene.converter.asked;
    const [gone, kept] = first === 'schema-1' ? [zero, one] : [one, zero];
    scene.consumer.revokeNext(gone);
    await until('the close', () => scene.events.includes(`close t-${gone.partition}`));
    scene.converter.answer(first ?? '');
    await until('the rest', () => scene.converter.asked.length === 2);
    scene.converter.answer(scene.converter.asked[1] ?? '');
    await until('the other partition', () => scene.values.length > 0);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.values).toEqual(kept === zero ? ['a', 'schema-1'] : ['b', 'schema-2', 'c']);
    expect(scene.consumer.committedOffset(gone)).toBeNull();
    expect(scene.consumer.committedOffset(kept)).toBe(scene.values.length);
  });

  it('reads a partition that went and came back during the wait from its committed offset', async () => {
    const scene = startWithLookups();
    scene.consumer.add(zero, 'a');
    await until('the commit', () => scene.consumer.committedOffset(zero) === 1);
    scene.consumer.add(zero, 'b', 'schema-1', 'c');
    await until('the pause', () => scene.consumer.isPaused(zero));
    scene.consumer.loseNext(zero);
    scene.consumer.assignNext(zero);
    await until(
      'the new assignment',
      () => scene.events.filter((event) => event === 'open t-0').length === 2,
    );
    expect(scene.consumer.isPaused(zero)).toBe(true);
    scene.converter.answer('schema-1');
    await until('all records', () => scene.values.length === 4);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.values).toEqual(['a', 'b', 'schema-1', 'c']);
  });

  it('is paused and resumed during the wait', async () => {
    const scene = startWithLookups();
    scene.consumer.add(zero, 'schema-1', 'a');
    await until('the pause', () => scene.consumer.isPaused(zero));
    scene.control.setTarget('PAUSED');
    await until('PAUSED', () => scene.events.includes('PAUSED'));
    scene.control.setTarget('STARTED');
    await until('RUNNING', () => scene.events.filter((event) => event === 'RUNNING').length === 2);
    expect(scene.consumer.isPaused(zero)).toBe(true);
    scene.converter.answer('schema-1');
    await until('both records', () => scene.values.length === 2);
    expect(scene.consumer.isPaused(zero)).toBe(false);
    scene.control.stop();
    expect(await scene.done).toBeNull();
  });

  it('takes a look-up that failed for the error of its record, and delivers its neighbours', async () => {
    const scene = startWithLookups({ settings: tolerant });
    scene.consumer.add(zero, 'a', 'schema-1', 'b');
    await until('the look-up', () => scene.converter.asked.length === 1);
    scene.converter.fail('schema-1', new ConnectError('data', 'no schema has id 1'));
    await until('the commit', () => scene.consumer.committedOffset(zero) === 3);
    expect(scene.values).toEqual(['a', 'b']);
    expect(scene.gauges.errors).toMatchObject({ failures: 1, errors: 1, skipped: 1, retries: 0 });
    scene.control.stop();
    expect(await scene.done).toBeNull();
  });

  it('fails when nothing is tolerated, with the reason of the look-up', async () => {
    const scene = startWithLookups();
    scene.consumer.add(zero, 'a', 'schema-1');
    await until('the look-up', () => scene.converter.asked.length === 1);
    scene.converter.fail('schema-1', new ConnectError('data', 'no schema has id 1'));
    expect((await scene.done)?.cause).toMatchObject({ message: 'no schema has id 1' });
    expect(scene.consumer.committedOffset(zero)).toBeNull();
  });

  it('asks again after a failure that may pass, as long as errors.retry.timeout allows', async () => {
    const scene = startWithLookups({ settings: { ...tolerant, 'errors.retry.timeout': '-1' } });
    scene.consumer.add(zero, 'a', 'schema-1', 'b');
    for (let failures = 1; failures <= 3; failures++) {
      await until(`question ${failures}`, () => scene.converter.asked.length === failures);
      scene.converter.fail('schema-1', new ConnectError('retriable', 'the registry is away'));
    }
    await until('the last question', () => scene.converter.asked.length === 4);
    scene.converter.answer('schema-1');
    await until('all records', () => scene.values.length === 3);
    expect(scene.values).toEqual(['a', 'schema-1', 'b']);
    expect(scene.gauges.errors).toMatchObject({ failures: 3, retries: 3, errors: 0, skipped: 0 });
    scene.control.stop();
    expect(await scene.done).toBeNull();
  });

  it('reads a batch again from the last commit when the task cannot flush during the wait', async () => {
    const offsets: number[] = [];
    let isBroken = false;
    const scene = startWithLookups({
      task: () => ({
        flush: ([first]) => {
          if (isBroken) {
            isBroken = false;
            throw new Error('the disk is full');
          }
          if (first !== undefined) offsets.push(first.offset);
        },
      }),
    });
    scene.consumer.add(zero, 'a');
    await until('the commit', () => scene.consumer.committedOffset(zero) === 1);
    scene.consumer.add(zero, 'b', 'schema-1');
    await until('the pause', () => scene.consumer.isPaused(zero));
    isBroken = true;
    scene.consumer.wakeup();
    await until('the failed flush', () => !isBroken);
    scene.converter.answer('schema-1');
    await until('all records', () => scene.consumer.committedOffset(zero) === 3);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.values).toEqual(['a', 'b', 'schema-1']);
  });

  it('writes a record that the task made itself to the queue when its converter has what it needs', async () => {
    const scene = startWithLookups({
      settings: { ...tolerant, 'errors.deadletterqueue.topic.name': 'dead' },
      task: (context) => ({
        put: (records) => {
          const [record] = records;
          if (record === undefined) return;
          void context().errantRecordReporter?.report({ ...record, value: 'schema-1' }, new Error('bad row'));
        },
      }),
    });
    scene.consumer.add(zero, 'a');
    await until('the look-up', () => scene.converter.asked.length === 1);
    expect(scene.consumer.committedOffset(zero)).toBeNull();
    scene.converter.answer('schema-1');
    await until('the letter', () => scene.deadLetters.current?.sent.length === 1);
    expect(scene.deadLetters.current?.values).toEqual(['schema-1']);
    scene.deadLetters.current?.acknowledge(1);
    await until('the commit', () => scene.consumer.committedOffset(zero) === 1);
    scene.control.stop();
    expect(await scene.done).toBeNull();
  });

  it('gives a record up whose converter never has enough', async () => {
    const scene = startSinkLoop({
      settings: tolerant,
      converters: {
        value: {
          configure: () => {},
          fromConnectData: () => null,
          toConnectData: (_topic, bytes) => {
            if (bytes?.toString() === 'insatiable') throw pending();
            return { schema: null, value: String(bytes) };
          },
        },
      },
    });
    scene.consumer.add(zero, 'a', 'insatiable', 'b');
    await until('the commit', () => scene.consumer.committedOffset(zero) === 3);
    expect(scene.values).toEqual(['a', 'b']);
    scene.control.stop();
    expect(await scene.done).toBeNull();
  });
});

/** By its shape, as a plugin with a copy of the class would throw it. */
function pending(): Error {
  return Object.assign(new Error('not yet'), { name: 'PendingLookup', settled: Promise.resolve() });
}
