import { ConnectError } from '../../errors/connect-error.ts';
import { ProtocolReader } from '../../kafka/protocol/reader.ts';
import { ProtocolWriter } from '../../kafka/protocol/writer.ts';
import type { InternalRecord } from '../topics/internal-log.ts';
import type { GroupSnapshot, MemberSnapshot } from './group-snapshot.ts';

/** Records of `__consumer_offsets` in Apache Kafka's own layout, so that its tools can show them. */

const offsetKeyVersion = 1;
const groupKeyVersion = 2;
const valueVersion = 3;

export interface CommittedOffset {
  readonly offset: number;
  readonly leaderEpoch: number;
  readonly metadata: string;
  readonly commitTimestamp: number;
}

export interface OffsetKey {
  readonly groupId: string;
  readonly topic: string;
  readonly partition: number;
}

/** What one record says; null stands for a tombstone. */
export type GroupRecord =
  | { readonly kind: 'offset'; readonly key: OffsetKey; readonly committed: CommittedOffset | null }
  | { readonly kind: 'group'; readonly groupId: string; readonly snapshot: GroupSnapshot | null };

export function encodeOffset(key: OffsetKey, committed: CommittedOffset | null): InternalRecord {
  return {
    key: bytes((writer) => {
      writer.int16(offsetKeyVersion);
      writer.string(key.groupId, false, 'group');
      writer.string(key.topic, false, 'topic');
      writer.int32(key.partition);
    }),
    value:
      committed === null
        ? null
        : bytes((writer) => {
            writer.int16(valueVersion);
            writer.int64(committed.offset);
            writer.int32(committed.leaderEpoch);
            writer.string(committed.metadata, false, 'metadata');
            writer.int64(committed.commitTimestamp);
          }),
  };
}

export function encodeGroup(groupId: string, snapshot: GroupSnapshot | null): InternalRecord {
  return {
    key: bytes((writer) => {
      writer.int16(groupKeyVersion);
      writer.string(groupId, false, 'group');
    }),
    value: snapshot === null ? null : bytes((writer) => writeSnapshot(writer, snapshot)),
  };
}

function writeSnapshot(writer: ProtocolWriter, snapshot: GroupSnapshot): void {
  writer.int16(valueVersion);
  writer.string(snapshot.protocolType, false, 'protocolType');
  writer.int32(snapshot.generation);
  writer.nullableString(snapshot.protocol, false, 'protocol');
  writer.nullableString(snapshot.leaderId, false, 'leader');
  writer.int64(snapshot.stateSince);
  writer.int32(snapshot.members.length);
  for (const member of snapshot.members) {
    writer.string(member.memberId, false, 'memberId');
    writer.nullableString(member.groupInstanceId, false, 'groupInstanceId');
    writer.string(member.clientId, false, 'clientId');
    writer.string(member.clientHost, false, 'clientHost');
    writer.int32(member.rebalanceTimeoutMs);
    writer.int32(member.sessionTimeoutMs);
    writer.bytes(member.metadata, false, 'subscription');
    writer.bytes(member.assignment, false, 'assignment');
  }
}

/** Null for a record of a kind or version that this broker does not write. */
export function decodeGroupRecord(key: Buffer, value: Buffer | null): GroupRecord | null {
  const reader = new ProtocolReader(key);
  const version = reader.int16();
  if (version === groupKeyVersion) {
    const groupId = reader.string(false);
    return { kind: 'group', groupId, snapshot: value === null ? null : readSnapshot(value) };
  }
  if (version !== offsetKeyVersion && version !== 0) return null;
  const offsetKey = { groupId: reader.string(false), topic: reader.string(false), partition: reader.int32() };
  return { kind: 'offset', key: offsetKey, committed: value === null ? null : readCommitted(value) };
}

function readCommitted(value: Buffer): CommittedOffset {
  const reader = valueReader(value);
  return {
    offset: reader.int64(),
    leaderEpoch: reader.int32(),
    metadata: reader.string(false),
    commitTimestamp: reader.int64(),
  };
}

function readSnapshot(value: Buffer): GroupSnapshot {
  const reader = valueReader(value);
  const head = {
    protocolType: reader.string(false),
    generation: reader.int32(),
    protocol: reader.nullableString(false),
    leaderId: reader.nullableString(false),
    stateSince: reader.int64(),
  };
  const members: MemberSnapshot[] = [];
  for (let left = reader.count(false); left > 0; left--) {
    members.push({
      memberId: reader.string(false),
      groupInstanceId: reader.nullableString(false),
      clientId: reader.string(false),
      clientHost: reader.string(false),
      rebalanceTimeoutMs: reader.int32(),
      sessionTimeoutMs: reader.int32(),
      metadata: Buffer.from(reader.bytes(false)),
      assignment: Buffer.from(reader.bytes(false)),
    });
  }
  return { ...head, members };
}

function valueReader(value: Buffer): ProtocolReader {
  const reader = new ProtocolReader(value);
  const version = reader.int16();
  if (version !== valueVersion) {
    throw new ConnectError(
      'data',
      `a group record has value version ${version}, only ${valueVersion} is known`,
    );
  }
  return reader;
}

function bytes(write: (writer: ProtocolWriter) => void): Buffer {
  const writer = new ProtocolWriter(128);
  write(writer);
  return writer.toBuffer();
}
