import { describe, expect, it } from 'vitest';
import { kafkaErrorOf, kafkaErrors, kafkaFailure } from './error-codes.ts';
import { readRequest, readRequestHeader, readResponse, writeRequest, writeResponse } from './frame.ts';
import { apiVersionsApi } from './generated/api-versions.js';
import { fetchApi } from './generated/fetch.js';
import { metadataApi } from './generated/metadata.js';
import { produceApi } from './generated/produce.js';
import { ProtocolReader } from './reader.ts';
import { ProtocolWriter } from './writer.ts';

describe('frames', () => {
  it('carry a request from client to broker in old and flexible versions', () => {
    for (const version of [4, 8, 9, 13]) {
      const writer = new ProtocolWriter(8);
      writeRequest(writer, metadataApi, version, 77, 'größe', {
        topics: [{ name: 'orders' }],
        allowAutoTopicCreation: false,
      });
      const frame = writer.toBuffer();
      expect(frame.readInt32BE(0)).toBe(frame.length - 4);
      const reader = new ProtocolReader(frame, 4);
      const header = readRequestHeader(reader);
      expect(header).toEqual({ apiKey: 3, apiVersion: version, correlationId: 77, clientId: 'größe' });
      const request = readRequest(reader, metadataApi, version);
      expect(request.topics).toEqual([{ name: 'orders', topicId: 'AAAAAAAAAAAAAAAAAAAAAA' }]);
      expect(reader.remaining).toBe(0);
    }
  });

  it('answer ApiVersions with the old header in every version', () => {
    const writer = new ProtocolWriter();
    writeResponse(writer, apiVersionsApi, 4, 5, {
      errorCode: 0,
      apiKeys: [{ apiKey: 3, minVersion: 0, maxVersion: 9 }],
    });
    const reader = new ProtocolReader(writer.toBuffer(), 8);
    expect(readResponse(reader, apiVersionsApi, 4).apiKeys).toEqual([
      { apiKey: 3, minVersion: 0, maxVersion: 9 },
    ]);
    expect(reader.remaining).toBe(0);
  });

  it('hand large records on without a copy, in their place', () => {
    const records = Buffer.alloc(10_000, 7);
    const writer = new ProtocolWriter();
    writeRequest(writer, produceApi, 11, 1, null, {
      acks: -1,
      timeoutMs: 1000,
      topicData: [
        {
          name: 't',
          partitionData: [
            { index: 0, records },
            { index: 1, records: null },
          ],
        },
      ],
    });
    const chunks = writer.chunks();
    expect(chunks).toHaveLength(3);
    expect(chunks[1]).toBe(records);
    const frame = Buffer.concat(chunks);
    expect(frame.length).toBe(writer.length);
    const reader = new ProtocolReader(frame, 4);
    readRequestHeader(reader);
    const [topic] = readRequest(reader, produceApi, 11).topicData;
    expect(topic?.partitionData.map((p) => p.records?.length ?? null)).toEqual([10_000, null]);
  });

  it('refuse a field that the version has no place for, and name it', () => {
    const body = { maxWaitMs: 1, minBytes: 1, topics: [], replicaState: { replicaId: 3 } };
    expect(() => writeRequest(new ProtocolWriter(), fetchApi, 12, 1, null, body)).toThrow(
      'FetchRequest.replicaState cannot be sent in version 12',
    );
  });

  it('refuse a version that is not known', () => {
    const body = { maxWaitMs: 1, minBytes: 1, topics: [] };
    expect(() => writeRequest(new ProtocolWriter(), fetchApi, 3, 1, null, body)).toThrow('known: 4 to 18');
  });
});

describe('primitive types', () => {
  it('keep whole numbers exact to 2^53 - 1 and refuse what is beyond', () => {
    const writer = new ProtocolWriter();
    const numbers = [
      0,
      -1,
      1,
      2 ** 32,
      -(2 ** 32),
      -(2 ** 32) - 1,
      Number.MAX_SAFE_INTEGER,
      Number.MIN_SAFE_INTEGER,
    ];
    for (const n of numbers) writer.int64(n);
    const reader = new ProtocolReader(writer.toBuffer());
    for (const n of numbers) expect(reader.int64()).toBe(n);
    expect(() => writer.int64(2 ** 53)).toThrow('exact');
    const big = new ProtocolWriter();
    big.bigInt64(2n ** 53n);
    expect(() => new ProtocolReader(big.toBuffer()).int64()).toThrow('9007199254740992');
  });

  it('refuse a count or length beyond the input before anything is allocated', () => {
    const huge = Buffer.from([0x7f, 0xff, 0xff, 0xff]);
    expect(() => new ProtocolReader(huge).count(false)).toThrow('malformed');
    expect(() => new ProtocolReader(huge).bytes(false)).toThrow('malformed');
    expect(() => new ProtocolReader(huge).string(false)).toThrow('malformed');
    expect(() => new ProtocolReader(Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff])).uvarint()).toThrow(
      '32 bits',
    );
  });

  it('skip tagged fields that are not known and refuse known ones of the wrong size', () => {
    const unknown = new ProtocolReader(Buffer.from([1, 9, 3, 1, 2, 3, 42]));
    unknown.skipTags();
    expect(unknown.int8()).toBe(42);
    const writer = new ProtocolWriter();
    writer.int32(0);
    writer.int16(0);
    writer.int32(0);
    writer.uvarint(1);
    writer.uvarint(1);
    writer.uvarint(0);
    writer.uvarint(5);
    writer.raw(Buffer.from([1, 0, 0, 0, 0]));
    expect(() => fetchApi.response.decode(new ProtocolReader(writer.toBuffer()), 16)).toThrow('tagged field');
  });
});

describe('error codes', () => {
  it('know what may be tried again and what asks for fresh metadata', () => {
    expect(kafkaErrorOf(kafkaErrors.NOT_LEADER_OR_FOLLOWER)).toMatchObject({
      code: 6,
      retriable: true,
      staleMetadata: true,
    });
    expect(kafkaErrorOf(kafkaErrors.TOPIC_ALREADY_EXISTS)).toMatchObject({ code: 36, retriable: false });
    expect(kafkaErrors.NONE).toBe(0);
  });

  it('tell an unknown code by its number', () => {
    expect(kafkaFailure(4711, 'create topic orders')).toMatchObject({
      code: 'kafka',
      retriable: false,
      message: expect.stringContaining(
        'create topic orders: UNKNOWN_SERVER_ERROR: The broker answered with error 4711',
      ),
    });
  });
});
