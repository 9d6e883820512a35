import { appendFileSync, existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isConnectError } from '../../errors/connect-error.ts';
import { waitFor } from '../../testing/wait.ts';
import { sampleBatch } from '../log/sample-batches.ts';
import { readBack } from '../log/sample-log.ts';
import { sampleDataDir } from '../sample-broker.ts';
import { openSampleState } from '../sample-state.ts';

function refused(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (isConnectError(error)) return `${error.details.kafkaError}: ${error.message}`;
    throw error;
  }
  return 'nothing';
}

describe('the topics', () => {
  it('are there again after a crash, with ids, partitions, configs and records', () => {
    const dataDir = sampleDataDir();
    const state = openSampleState(dataDir);
    const { id } = state.topics.create('orders', 2, { 'retention.ms': '1000' });
    state.topics.addPartitions('orders', 3);
    state.topics.log('orders', 1)?.append(sampleBatch([{ value: 'kept' }]), Date.now());
    state.crash();
    const { topics } = openSampleState(dataDir);
    expect(topics.byId(id)).toMatchObject({ name: 'orders', id, configs: { 'retention.ms': '1000' } });
    expect(topics.get('orders')?.logs).toHaveLength(3);
    const log = topics.log('orders', 1);
    expect(log && readBack(log).map(({ value }) => value)).toEqual(['kept']);
  });

  it('can be created again at once after deletion, empty and under a new id', async () => {
    const dataDir = sampleDataDir();
    const { topics } = openSampleState(dataDir);
    const former = topics.create('orders', 1, {});
    topics.log('orders', 0)?.append(sampleBatch([{}]), Date.now());
    topics.delete('orders');
    expect(topics.byId(former.id)).toBeUndefined();
    expect(former.logs[0]?.isClosed).toBe(true);
    const next = topics.create('orders', 1, {});
    expect(next.id).not.toBe(former.id);
    expect(next.logs[0]?.nextOffset).toBe(0);
    await waitFor('the old folder to go', () => readdirSync(join(dataDir, 'logs')).length === 1);
  });

  it('leave nothing behind when the broker died while it deleted', () => {
    const dataDir = sampleDataDir();
    const state = openSampleState(dataDir);
    state.topics.create('kept', 1, {});
    state.crash();
    mkdirSync(join(dataDir, 'logs', 'gone-0'));
    writeFileSync(join(dataDir, 'logs', 'gone-0', '00000000000000000000.log'), 'x');
    const { topics } = openSampleState(dataDir);
    expect(existsSync(join(dataDir, 'logs', 'gone-0'))).toBe(false);
    expect(topics.all().map(({ name }) => name)).toEqual(['kept']);
  });

  it('refuse bad names, clashes, counts and configs, and name what is wrong', () => {
    const { topics } = openSampleState(sampleDataDir());
    topics.create('my.topic', 2, {});
    expect(refused(() => topics.create('my.topic', 1, {}))).toMatch(/^TOPIC_ALREADY_EXISTS: .*my\.topic/);
    expect(refused(() => topics.create('my_topic', 1, {}))).toMatch(/^INVALID_TOPIC_EXCEPTION: .*collides/);
    for (const name of ['', '.', '..', 'a/b', 'a b', 'ä', 'x'.repeat(250), '../../etc']) {
      expect(refused(() => topics.create(name, 1, {}))).toMatch(/^INVALID_TOPIC_EXCEPTION/);
    }
    expect(refused(() => topics.create('t', 0, {}))).toMatch(/^INVALID_PARTITIONS/);
    expect(refused(() => topics.create('t', 10_000_000, {}))).toMatch(/^INVALID_PARTITIONS: .*at most 10000/);
    expect(refused(() => topics.create('t', 1, { 'retention.mss': '1' }))).toMatch(
      /^INVALID_CONFIG: .*retention\.mss/,
    );
    for (const [key, value] of [
      ['retention.ms', 'soon'],
      ['retention.ms', '-2'],
      ['cleanup.policy', 'shred'],
      ['preallocate', 'maybe'],
      ['min.cleanable.dirty.ratio', '1.5'],
      ['max.message.bytes', '99999999999'],
    ] as const) {
      expect(refused(() => topics.create('t', 1, { [key]: value }))).toContain(
        `${value} for configuration ${key}`,
      );
    }
    expect(refused(() => topics.addPartitions('my.topic', 2))).toMatch(
      /^INVALID_PARTITIONS: .*already has 2/,
    );
    expect(refused(() => topics.addPartitions('none', 2))).toMatch(/^UNKNOWN_TOPIC_OR_PARTITION/);
    expect(topics.all()).toHaveLength(1);
  });

  it('refuse to start on a damaged list, and name the file', () => {
    const dataDir = sampleDataDir();
    openSampleState(dataDir).crash();
    writeFileSync(join(dataDir, 'topics.json'), '[{"name":"t"}]');
    expect(() => openSampleState(dataDir)).toThrow(/topics\.json cannot be read/);
  });

  it('refuse to start without their list rather than to remove their logs, and ignore a half-written list', () => {
    const dataDir = sampleDataDir();
    const state = openSampleState(dataDir);
    state.topics.create('kept', 1, {});
    state.topics.log('kept', 0)?.append(sampleBatch([{ value: 'v' }]), Date.now());
    state.crash();
    const file = join(dataDir, 'topics.json');
    renameSync(file, `${file}.aside`);
    expect(() => openSampleState(dataDir)).toThrow(/topics\.json is missing, though .*logs holds 1 logs/);
    renameSync(`${file}.aside`, file);
    appendFileSync(file, '{"topic":{"na');
    const log = openSampleState(dataDir).topics.log('kept', 0);
    expect(log && readBack(log)).toHaveLength(1);
  });

  it('take defaults from the settings of the broker', () => {
    const { topics } = openSampleState(sampleDataDir(), {
      'log.retention.ms': '5000',
      'log.segment.bytes': '9999',
    });
    const topic = topics.create('t', 1, { 'segment.bytes': '7777' });
    expect(topic.rules).toMatchObject({ retentionMs: 5000, segmentBytes: 7777 });
    topics.setConfigs(topic, {});
    expect(topic.rules).toMatchObject({ segmentBytes: 9999 });
  });
});
