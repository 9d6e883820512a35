import { ProtocolReader } from '../../kafka/protocol/reader.ts';
import { ProtocolWriter } from '../../kafka/protocol/writer.ts';
import type { InternalRecord } from '../topics/internal-log.ts';
import { type Transaction, transactionStates } from './transaction.ts';

/** Records of `__transaction_state` in Apache Kafka's own layout (version 0 of key and value). */

export function encodeTransaction(transaction: Transaction): InternalRecord {
  const writer = new ProtocolWriter(128);
  writer.int16(0);
  writer.bigInt64(transaction.producerId);
  writer.int16(transaction.epoch);
  writer.int32(transaction.timeoutMs);
  writer.int8(transactionStates.indexOf(transaction.state));
  writer.int32(transaction.partitions.size);
  for (const [topic, partitions] of transaction.partitions) {
    writer.string(topic, false, 'topic');
    writer.int32(partitions.size);
    for (const partition of partitions) writer.int32(partition);
  }
  writer.int64(transaction.lastUpdate);
  writer.int64(transaction.startedAt);
  return { key: encodeKey(transaction.transactionalId), value: writer.toBuffer() };
}

export function encodeForgotten(transactionalId: string): InternalRecord {
  return { key: encodeKey(transactionalId), value: null };
}

function encodeKey(transactionalId: string): Buffer {
  const writer = new ProtocolWriter(64);
  writer.int16(0);
  writer.string(transactionalId, false, 'transactional id');
  return writer.toBuffer();
}

export function decodeTransactionalId(key: Buffer): string {
  const reader = new ProtocolReader(key);
  reader.int16();
  return reader.string(false);
}

export function decodeTransaction(transactionalId: string, value: Buffer): Transaction {
  const reader = new ProtocolReader(value);
  reader.int16();
  const head = {
    producerId: reader.bigInt64(),
    epoch: reader.int16(),
    timeoutMs: reader.int32(),
    state: transactionStates[reader.int8()] ?? 'Empty',
  };
  const partitions = new Map<string, Set<number>>();
  for (let topics = reader.nullableCount(false); topics > 0; topics--) {
    const topic = reader.string(false);
    const numbers = new Set<number>();
    for (let count = reader.count(false); count > 0; count--) numbers.add(reader.int32());
    partitions.set(topic, numbers);
  }
  return {
    transactionalId,
    ...head,
    partitions,
    lastUpdate: reader.int64(),
    startedAt: reader.int64(),
    former: null,
  };
}
