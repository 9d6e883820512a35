import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeTopics } from '../../../e2e/support/fake-topics.ts';
import { call, installFakeWorker } from '../../../e2e/support/fake-worker.ts';
import { topicDetail, topicList, topicRecords } from '../../entities/console-topic.ts';
import { ConnectError } from '../../errors/connect-error.ts';
import { setWorkerHandle } from '../../runtime/worker-handle.ts';
import { toContent } from './record-content.ts';

let topics: FakeTopics;

beforeEach(() => {
  topics = new FakeTopics();
  installFakeWorker(null, topics);
});

afterEach(() => setWorkerHandle(null));

describe('topics in the console API', () => {
  it('are listed, internal ones marked', async () => {
    topics.add('orders', 3);
    topics.add('__consumer_offsets', 50);
    expect(topicList.parse((await call('/topics')).json).topics).toEqual([
      { name: '__consumer_offsets', internal: true, partitions: 50, replicationFactor: 1 },
      { name: 'orders', internal: false, partitions: 3, replicationFactor: 1 },
    ]);
  });

  it('have partitions with offsets, and configs with those that were set first', async () => {
    topics.add('orders', 2, [{ key: null, value: 'x', partition: 1 }]);
    const detail = topicDetail.parse((await call('/topics/orders')).json);
    expect(detail.partitionDetails.map(({ latestOffset }) => latestOffset)).toEqual([0, 1]);
    expect(detail.configs.map(({ name, source }) => [name, source])).toEqual([
      ['cleanup.policy', 'topic'],
      ['segment.bytes', 'broker'],
      ['retention.ms', 'default'],
    ]);
  });

  it('that are not there are 404, and Kafka that is not there is 503 with the reason', async () => {
    expect(await call('/topics/none')).toMatchObject({ status: 404, json: { code: 'not-found' } });
    expect(await call('/topics/none/records')).toMatchObject({ status: 404 });
    topics.failure = new ConnectError('unavailable', 'list topics: no broker can be reached: refused');
    expect(await call('/topics')).toMatchObject({
      status: 503,
      json: { code: 'unavailable', message: 'list topics: no broker can be reached: refused' },
    });
    setWorkerHandle(null);
    expect(await call('/topics')).toMatchObject({ status: 503 });
  });

  it('give their newest records unless asked for others', async () => {
    const entries = Array.from({ length: 60 }, (_, index) => ({ key: null, value: `${index}` }));
    topics.add('orders', 1, entries);
    const newest = topicRecords.parse((await call('/topics/orders/records')).json);
    expect(newest.records).toHaveLength(50);
    expect(newest.records[0]).toMatchObject({ offset: 59, value: { size: 2, data: '59' } });
    const ask = async (query: string) =>
      topicRecords.parse((await call(`/topics/orders/records?${query}`)).json).records;
    expect(await ask('from=earliest&limit=1')).toMatchObject([{ offset: 0 }]);
    expect(await ask('from=offset:7&limit=2&partition=0')).toMatchObject([{ offset: 7 }, { offset: 8 }]);
    await ask('from=time:1700000000000');
    expect(topics.requests.map(({ from, partition, limit }) => ({ from, partition, limit }))).toEqual([
      { from: { last: 50 }, limit: 50 },
      { from: 'earliest', limit: 1 },
      { from: { offset: 7 }, partition: 0, limit: 2 },
      { from: { timestamp: 1_700_000_000_000 }, limit: 50 },
    ]);
  });

  it.each(['limit=0', 'limit=501', 'limit=x', 'partition=-1', 'from=offset:x', 'from=later', 'bytes=0'])(
    'refuse %s and name the parameter',
    async (query) => {
      topics.add('orders', 1);
      expect(await call(`/topics/orders/records?${query}`)).toMatchObject({
        status: 400,
        json: { code: 'bad-request', message: expect.stringContaining(query.split('=')[0] ?? '') },
      });
      expect(topics.requests).toEqual([]);
    },
  );

  it('cut what is large, and give more of it when asked', async () => {
    topics.add('orders', 1, [{ key: 'k', value: 'x'.repeat(100_000) }]);
    const read = async (query: string) =>
      topicRecords.parse((await call(`/topics/orders/records${query}`)).json).records[0]?.value;
    expect(await read('')).toMatchObject({ size: 100_000, isCut: true, data: 'x'.repeat(16_384) });
    expect(await read('?bytes=1048576')).toMatchObject({ isCut: false, data: 'x'.repeat(100_000) });
  });
});

describe('the content of a record', () => {
  it('tells null, nothing and text apart', () => {
    expect(toContent(null, 10)).toBeNull();
    expect(toContent(Buffer.alloc(0), 10)).toEqual({ size: 0, encoding: 'utf-8', data: '', isCut: false });
    expect(toContent(Buffer.from('ünï\n\t'), 10)).toMatchObject({ encoding: 'utf-8', data: 'ünï\n\t' });
  });

  it('is base64 when it is no text', () => {
    expect(toContent(Buffer.from([0xff, 0xfe]), 10)).toMatchObject({ encoding: 'base64', data: '//4=' });
    expect(toContent(Buffer.from([0, 0, 0, 1]), 10)).toMatchObject({ encoding: 'base64', data: 'AAAAAQ==' });
  });

  it('leaves a character out that the cut goes through', () => {
    expect(toContent(Buffer.from('aü'), 2)).toEqual({ size: 3, encoding: 'utf-8', data: 'a', isCut: true });
    expect(toContent(Buffer.from([0x61, 0xc3]), 2)).toMatchObject({ encoding: 'base64', isCut: false });
  });
});
