import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sampleDataDir } from '../sample-broker.ts';
import { type StoredTopic, TopicFile } from './topic-file.ts';

function topic(name: string, partitions = 1): StoredTopic {
  return { name, id: `id-of-${name}`, partitions, configs: { 'retention.ms': '5' } };
}

it('has all changes again after it was opened anew', () => {
  const path = join(sampleDataDir(), 'topics.json');
  const file = TopicFile.open(path);
  file.put(topic('a'));
  file.put(topic('b'));
  file.put(topic('ü', 3));
  file.remove('a');
  file.put(topic('b', 2));
  const expected = [topic('b', 2), topic('ü', 3)];
  expect(file.topics()).toEqual(expected);
  const again = TopicFile.open(path);
  expect(again.topics()).toEqual(expected);
  again.put(topic('c'));
  expect(TopicFile.open(path).topics()).toEqual([...expected, topic('c')]);
});

it('has all whole lines, wherever the last write broke off', () => {
  const path = join(sampleDataDir(), 'topics.json');
  const file = TopicFile.open(path);
  file.put(topic('a'));
  const kept = readFileSync(path).length;
  file.put(topic('b'));
  const bytes = readFileSync(path);
  for (let cut = kept; cut < bytes.length; cut++) {
    writeFileSync(path, bytes.subarray(0, cut));
    const opened = TopicFile.open(path);
    expect(opened.topics()).toEqual([topic('a')]);
    opened.put(topic('c'));
    expect(TopicFile.open(path).topics()).toEqual([topic('a'), topic('c')]);
  }
});

it('takes many changes at once, also when the work breaks off', () => {
  const path = join(sampleDataDir(), 'topics.json');
  const file = TopicFile.open(path);
  expect(
    file.atOnce(() => {
      file.put(topic('a'));
      file.put(topic('b'));
      return 'done';
    }),
  ).toBe('done');
  const broken = (): void =>
    file.atOnce(() => {
      file.remove('a');
      throw new Error('broken off');
    });
  expect(broken).toThrow('broken off');
  file.put(topic('c'));
  expect(TopicFile.open(path).topics()).toEqual([topic('b'), topic('c')]);
});

it('is written anew when it is mostly history', () => {
  const path = join(sampleDataDir(), 'topics.json');
  TopicFile.open(path);
  for (let n = 0; n < 1500; n++) appendFileSync(path, `${JSON.stringify({ topic: topic('a', n + 1) })}\n`);
  expect(TopicFile.open(path).topics()).toEqual([topic('a', 1500)]);
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(2);
});

it('reads the array that it was before', () => {
  const path = join(sampleDataDir(), 'topics.json');
  writeFileSync(path, JSON.stringify([topic('a'), topic('b')], null, 1));
  TopicFile.open(path).put(topic('c'));
  expect(TopicFile.open(path).topics()).toEqual([topic('a'), topic('b'), topic('c')]);
});

it.each(['{"topic":{"name":"a"}}\n', '[{"name":"t"}]', 'x\n', 'null\n', '{}\n'])(
  'names itself when it holds %j',
  (content) => {
    const path = join(sampleDataDir(), 'topics.json');
    writeFileSync(path, content);
    expect(() => TopicFile.open(path)).toThrow(`${path} cannot be read`);
    expect(readFileSync(path, 'utf8')).toBe(content);
    expect(existsSync(`${path}.new`)).toBe(false);
  },
);
