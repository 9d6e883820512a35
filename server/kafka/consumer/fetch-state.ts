import { ConnectError } from '../../errors/connect-error.ts';
import type { TopicPartition } from '../ports/topic-partition.ts';
import type { RecordCursor } from '../record-batch/record-cursor.ts';
import type { ChunkMemory } from './chunk-memory.ts';

/** A receive frame that several partitions have records in; given back when the last is through. */
export class SharedFrame {
  readonly #release: () => void;
  #uses = 0;

  constructor(release: () => void) {
    this.#release = release;
  }

  use(): void {
    this.#uses++;
  }

  done(): void {
    this.#uses--;
    if (this.#uses === 0) this.#release();
  }
}

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
  isPaused = false;
  /** Thrown by poll, once, and the partition rests until then. */
  error: ConnectError | null = null;
  highWatermark = -1;
  /** After failures; on the clock of performance.now. */
  blockedUntil = 0;
  failures = 0;
  /** A replica that the leader wants this rack to read from. */
  readReplica: { readonly node: number; readonly until: number } | null = null;
  readonly chunks: FetchedChunk[] = [];
  #chunkBytes = 0;
  #position: number | null = null;
  #fetchOffset = 0;
  #version = 0;

  constructor({ topic, partition }: TopicPartition) {
    this.topic = topic;
    this.partition = partition;
  }

  get name(): string {
    return `${this.topic}-${this.partition}`;
  }

  /** Offset of the next record poll gives; null while it has to be found out. */
  get position(): number | null {
    return this.#position;
  }

  /** Offset of the next fetch, ahead of `position` by what is in `chunks`. */
  get fetchOffset(): number {
    return this.#fetchOffset;
  }

  /** Changes with each seek: an answer to an earlier question is worthless. */
  get version(): number {
    return this.#version;
  }

  get bufferedBytes(): number {
    return this.#chunkBytes;
  }

  /** Begins anew at an offset, or (null) where committed offset and reset policy say. Answers the frames to let go. */
  moveTo(offset: number | null): SharedFrame[] {
    const frames = this.chunks.splice(0).map(({ frame }) => frame);
    this.#chunkBytes = 0;
    this.#position = offset;
    this.#fetchOffset = offset ?? 0;
    this.#version++;
    this.error = null;
    return frames;
  }

  add(chunk: FetchedChunk, fetchOffset: number): void {
    this.chunks.push(chunk);
    this.#chunkBytes += chunk.bytes;
    this.#fetchOffset = fetchOffset;
    chunk.frame.use();
  }

  /** Poll has taken everything of the oldest chunk. */
  dropChunk(): SharedFrame {
    const chunk = this.chunks.shift();
    if (chunk === undefined) throw new ConnectError('illegal-state', `${this.name} has no chunk`);
    this.#chunkBytes -= chunk.bytes;
    return chunk.frame;
  }

  advance(position: number): void {
    this.#position = position;
  }

  /** One chunk is being taken and more waits behind it: no use in fetching further ahead. */
  isFull(maxBytes: number): boolean {
    const { length } = this.chunks;
    return length > 1 && (length >= maxChunks || this.#chunkBytes >= maxBytes);
  }
}
