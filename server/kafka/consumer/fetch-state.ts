import { ConnectError } from '../../errors/connect-error.ts';
import type { TopicPartition } from '../ports/topic-partition.ts';
import type { RecordCursor } from '../record-batch/record-cursor.ts';
import type { ChunkMemory } from './chunk-memory.ts';
import { EpochHistory } from './epoch-history.ts';
import type { SharedFrame } from './fetch-memory.ts';

/** What one fetch brought for one partition and poll has not given out yet. */
export interface FetchedChunk {
  readonly frame: SharedFrame;
  readonly cursor: RecordCursor;
  readonly memory: ChunkMemory;
  readonly bytes: number;
}

/** More chunks than this are not fetched ahead, however small they are. */
const maxChunks = 16;

/** One assigned partition: where poll stands, and what was fetched ahead. */
export class FetchState implements TopicPartition {
  readonly topic: string;
  readonly partition: number;
  readonly name: string;
  isPaused = false;
  /** Thrown by poll, once, and the partition rests until then. */
  error: ConnectError | null = null;
  highWatermark = -1;
  /** After failures; on the clock of performance.now. */
  blockedUntil = 0;
  failures = 0;
  /** A replica that the leader wants this rack to read from. */
  readReplica: { readonly node: number; readonly until: number } | null = null;
  /** Of the topic that the position belongs to; null before the first fetch from there. */
  topicId: string | null = null;
  /** The leader epoch under which the position was last compared with the leader's log. */
  checkedUnder = -1;
  readonly chunks: FetchedChunk[] = [];
  readonly #epochs = new EpochHistory();
  #chunkBytes = 0;
  #position: number | null = null;
  #positionEpoch = -1;
  #fetchOffset = 0;
  #fetchEpoch = -1;
  #version = 0;

  constructor({ topic, partition }: TopicPartition) {
    this.topic = topic;
    this.partition = partition;
    this.name = `${topic}-${partition}`;
  }

  /** Offset of the next record poll gives; null while it has to be found out. */
  get position(): number | null {
    return this.#position;
  }

  /** Offset of the next fetch, ahead of `position` by what is in `chunks`. */
  get fetchOffset(): number {
    return this.#fetchOffset;
  }

  /** Leader epoch of what lies before `fetchOffset`; -1 when it is not known. */
  get fetchEpoch(): number {
    return this.#fetchEpoch;
  }

  /** Changes with each seek: an answer to an earlier question is worthless. */
  get version(): number {
    return this.#version;
  }

  /** Leader epoch of the record before an offset that poll has passed; -1 when it is not known. */
  epochBefore(offset: number): number {
    return this.#epochs.epochBefore(offset);
  }

  /** Begins anew at an offset, or (null) where committed offset and reset policy say. Answers the frames to let go. */
  moveTo(offset: number | null, leaderEpoch = -1): SharedFrame[] {
    const frames = this.chunks.splice(0).map(({ frame }) => frame);
    this.#chunkBytes = 0;
    this.#position = offset;
    this.#positionEpoch = leaderEpoch;
    this.#fetchOffset = offset ?? 0;
    this.#fetchEpoch = leaderEpoch;
    this.#version++;
    this.#epochs.restart(offset, leaderEpoch);
    this.checkedUnder = -1;
    this.topicId = null;
    this.error = null;
    return frames;
  }

  /** Lets go what was fetched ahead; it is fetched again when it is wanted. */
  dropAhead(): SharedFrame[] {
    const frames = this.chunks.splice(0).map(({ frame }) => frame);
    this.#chunkBytes = 0;
    this.#fetchOffset = this.#position ?? 0;
    this.#fetchEpoch = this.#positionEpoch;
    return frames;
  }

  add(chunk: FetchedChunk, fetchOffset: number, leaderEpoch: number): void {
    this.chunks.push(chunk);
    this.#chunkBytes += chunk.bytes;
    this.#fetchOffset = fetchOffset;
    this.#fetchEpoch = leaderEpoch;
    chunk.frame.use();
  }

  /** Poll has taken everything of the oldest chunk. */
  dropChunk(): SharedFrame {
    const chunk = this.chunks.shift();
    if (chunk === undefined) throw new ConnectError('illegal-state', `${this.name} has no chunk`);
    this.#chunkBytes -= chunk.bytes;
    return chunk.frame;
  }

  advance(position: number, leaderEpoch: number): void {
    this.#position = position;
    this.#positionEpoch = leaderEpoch;
    this.#epochs.advance(position, leaderEpoch);
  }

  /** One chunk is being taken and more waits behind it: no use in fetching further ahead. */
  isFull(maxBytes: number): boolean {
    const { length } = this.chunks;
    return length > 1 && (length >= maxChunks || this.#chunkBytes >= maxBytes);
  }
}
