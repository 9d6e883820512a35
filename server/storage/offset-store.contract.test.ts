import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { FileOffsetStore } from './file-offset-store.ts';
import { KafkaOffsetStore } from './kafka-offset-store.ts';
import { MemoryOffsetStore } from './memory-offset-store.ts';
import type { OffsetStore } from './offset-store.ts';
import { kafkasUnderTest, testTopic } from './testing/kafkas-under-test.ts';

const signal = AbortSignal.timeout(60_000);
const folder = mkdtempSync(join(tmpdir(), 'millrace-offsets-'));
let files = 0;

afterAll(() => rmSync(folder, { recursive: true }));

const kafkas = await kafkasUnderTest();

afterAll(() => Promise.all(kafkas.map(({ close }) => close())));

/** `create` answers with a store that begins anew; `reopen` with another one on the same data. */
const bodies: readonly {
  readonly name: string;
  readonly create: () => { readonly store: OffsetStore; readonly reopen: () => OffsetStore };
}[] = [
  {
    name: 'memory',
    create: () => {
      const store = new MemoryOffsetStore();
      return { store, reopen: () => store };
    },
  },
  {
    name: 'a file',
    create: () => {
      const file = join(folder, `offsets-${files++}`);
      return { store: new FileOffsetStore(file), reopen: () => new FileOffsetStore(file) };
    },
  },
  ...kafkas.map(({ name, create }) => ({
    name,
    create: () => {
      const [kafka, topic] = [create(), testTopic('offset', 25)];
      const open = () => new KafkaOffsetStore(kafka, topic, () => {});
      return { store: open(), reopen: open };
    },
  })),
];

describe.each(bodies)('offset store in $name', ({ create }) => {
  test('has null for partitions without offset, in the order asked', async () => {
    const { store } = create();
    await store.start(signal);
    await store.write('c', [{ partition: { file: 'b' }, offset: { position: 7 } }]);
    expect(await store.read('c', [{ file: 'a' }, { file: 'b' }])).toEqual([null, { position: 7 }]);
    expect(await store.read('other', [{ file: 'b' }])).toEqual([null]);
    expect(await store.all('other')).toEqual([]);
    await store.stop();
  });

  test('keeps offsets over a restart, exact and with their kinds', async () => {
    const { store, reopen } = create();
    await store.start(signal);
    const offset = { big: 9007199254740993n, int: 5, float: 1.5, text: 'ü', yes: true, none: null };
    await store.write('c', [{ partition: { 'näme"': 'x', n: -9223372036854775808n }, offset }]);
    await store.stop();
    const again = reopen();
    await again.start(signal);
    expect(await again.read('c', [{ 'näme"': 'x', n: -9223372036854775808n }])).toEqual([offset]);
    expect(await again.all('c')).toEqual([{ partition: { 'näme"': 'x', n: -9223372036854775808n }, offset }]);
    await again.stop();
  });

  test('the order of members does not make another partition', async () => {
    const { store } = create();
    await store.start(signal);
    await store.write('c', [{ partition: { a: 1, b: 'x' }, offset: { o: 1 } }]);
    await store.write('c', [{ partition: { b: 'x', a: 1 }, offset: { o: 2 } }]);
    expect(await store.read('c', [{ a: 1, b: 'x' }])).toEqual([{ o: 2 }]);
    expect(await store.all('c')).toHaveLength(1);
    await store.stop();
  });

  test('text and number of the same look are different partitions', async () => {
    const { store } = create();
    await store.start(signal);
    await store.write('c', [
      { partition: { a: 1 }, offset: { o: 1 } },
      { partition: { a: '1' }, offset: { o: 2 } },
    ]);
    expect(await store.read('c', [{ a: 1 }, { a: '1' }])).toEqual([{ o: 1 }, { o: 2 }]);
    await store.stop();
  });

  test('a reset partition has no offset any more, also after a restart, and can be set again', async () => {
    const { store, reopen } = create();
    await store.start(signal);
    await store.write('c', [
      { partition: { f: 'a' }, offset: { o: 1 } },
      { partition: { f: 'b' }, offset: { o: 1 } },
    ]);
    await store.write('c', [{ partition: { f: 'a' }, offset: null }]);
    expect(await store.all('c')).toEqual([{ partition: { f: 'b' }, offset: { o: 1 } }]);
    await store.stop();
    const again = reopen();
    await again.start(signal);
    expect(await again.read('c', [{ f: 'a' }])).toEqual([null]);
    await again.write('c', [{ partition: { f: 'a' }, offset: { o: 3 } }]);
    expect(await again.read('c', [{ f: 'a' }])).toEqual([{ o: 3 }]);
    await again.stop();
  });

  test('of two entries for one partition the last wins', async () => {
    const { store } = create();
    await store.start(signal);
    await store.write('c', [
      { partition: { f: 'a' }, offset: { o: 1 } },
      { partition: { f: 'a' }, offset: { o: 2 } },
    ]);
    expect(await store.read('c', [{ f: 'a' }])).toEqual([{ o: 2 }]);
    await store.stop();
  });

  test('many writes at the same time all arrive', async () => {
    const { store, reopen } = create();
    await store.start(signal);
    await Promise.all(
      Array.from({ length: 50 }, (_, n) => store.write(`c${n}`, [{ partition: { n }, offset: { o: n } }])),
    );
    await store.stop();
    const again = reopen();
    await again.start(signal);
    for (let n = 0; n < 50; n++) expect(await again.read(`c${n}`, [{ n }])).toEqual([{ o: n }]);
    await again.stop();
  });

  test('refuses values that have no place in an offset, and writes nothing of that call', async () => {
    const { store } = create();
    await store.start(signal);
    const nested = JSON.parse('{"o":{"deep":1}}');
    const entries = [
      { partition: { f: 'a' }, offset: { o: 1 } },
      { partition: { f: 'b' }, offset: nested },
    ];
    await expect(store.write('c', entries)).rejects.toThrow('source offset of connector c, key o');
    await expect(store.write('c', [{ partition: nested, offset: null }])).rejects.toThrow('key o');
    expect(await store.all('c')).toEqual([]);
    await store.stop();
  });
});
