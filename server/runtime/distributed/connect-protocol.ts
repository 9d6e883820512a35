import { ConnectError } from '../../errors/connect-error.ts';
import type { ConnectorTaskId } from '../herder.ts';
import type { WorkItems } from './work-items.ts';

/**
 * Bytes of the group protocol `connect`: what a worker says when it joins and what the leader answers. Versions: 0
 * eager (`default`), 1 incremental cooperative (`compatible`), 2 the same with signed requests (`sessioned`).
 */

export const protocolVersions = { default: 0, compatible: 1, sessioned: 2 } as const;
export type ProtocolName = keyof typeof protocolVersions;

export function isProtocolName(name: string): name is ProtocolName {
  return Object.hasOwn(protocolVersions, name);
}

export const assignmentErrors = { none: 0, configMismatch: 1 } as const;

export interface Assignment {
  readonly version: number;
  readonly error: number;
  /** Member id. */
  readonly leader: string;
  readonly leaderUrl: string;
  readonly configOffset: number;
  /** Version 0: everything; later: what is new. In an allocation: everything. */
  readonly assigned: WorkItems;
  readonly revoked: WorkItems;
  /** Until the leader wants the group to meet again; 0: no such plan. */
  readonly delayMs: number;
}

export interface MemberMetadata {
  readonly version: number;
  readonly url: string;
  readonly configOffset: number;
  /** What the member holds, as its last assignment. */
  readonly allocation: Assignment | null;
}

/** In place of a task number: the connector itself. */
const connectorMark = -1;

/** Never writes null arrays: Java workers exit on a null assignment. */
export function encodeAssignment(assignment: Assignment): Buffer {
  const writer = new Writer();
  writer.int16(assignment.version);
  writer.int16(assignment.error);
  writer.string(assignment.leader);
  writer.string(assignment.leaderUrl);
  writer.int64(assignment.configOffset);
  writer.items(assignment.assigned);
  if (assignment.version > 0) {
    writer.items(assignment.revoked);
    writer.int32(assignment.delayMs);
  }
  return writer.bytes();
}

/** Throws a `data` error for other bytes. Fields missing at the end have their defaults; later versions are read as 2. */
export function decodeAssignment(bytes: Uint8Array): Assignment {
  const reader = new Reader(bytes, 'assignment');
  return {
    version: reader.version(),
    error: reader.int16(),
    leader: reader.string(),
    leaderUrl: reader.string(),
    configOffset: reader.int64(),
    assigned: reader.items(),
    revoked: reader.items(),
    delayMs: reader.isAtEnd() ? 0 : reader.int32(),
  };
}

export function encodeMetadata(metadata: MemberMetadata): Buffer {
  const writer = new Writer();
  writer.int16(metadata.version);
  writer.string(metadata.url);
  writer.int64(metadata.configOffset);
  if (metadata.version > 0) {
    writer.nullableBytes(metadata.allocation === null ? null : encodeAssignment(metadata.allocation));
  }
  return writer.bytes();
}

/** Throws a `data` error for other bytes. */
export function decodeMetadata(bytes: Uint8Array): MemberMetadata {
  const reader = new Reader(bytes, 'metadata');
  const [version, url, configOffset] = [reader.version(), reader.string(), reader.int64()];
  const allocation = reader.isAtEnd() ? null : reader.nullableBytes();
  return {
    version,
    url,
    configOffset,
    allocation: allocation === null ? null : decodeAssignment(allocation),
  };
}

class Writer {
  readonly #chunks: Buffer[] = [];

  int16(value: number): void {
    const chunk = Buffer.alloc(2);
    chunk.writeInt16BE(value);
    this.#chunks.push(chunk);
  }

  int32(value: number): void {
    const chunk = Buffer.alloc(4);
    chunk.writeInt32BE(value);
    this.#chunks.push(chunk);
  }

  int64(value: number): void {
    const chunk = Buffer.alloc(8);
    chunk.writeBigInt64BE(BigInt(value));
    this.#chunks.push(chunk);
  }

  string(value: string): void {
    const text = Buffer.from(value);
    this.int16(text.length);
    this.#chunks.push(text);
  }

  nullableBytes(value: Buffer | null): void {
    this.int32(value === null ? -1 : value.length);
    if (value !== null) this.#chunks.push(value);
  }

  items(items: WorkItems): void {
    const numbers = new Map<string, number[]>();
    for (const connector of items.connectors) numbers.set(connector, [connectorMark]);
    for (const { connector, task } of items.tasks) {
      const known = numbers.get(connector);
      if (known === undefined) numbers.set(connector, [task]);
      else known.push(task);
    }
    this.int32(numbers.size);
    for (const [connector, tasks] of numbers) {
      this.string(connector);
      this.int32(tasks.length);
      for (const task of tasks) this.int32(task);
    }
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

class Reader {
  readonly #bytes: Buffer;
  readonly #what: string;
  #position = 0;

  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#what = what;
  }

  isAtEnd(): boolean {
    return this.#position >= this.#bytes.length;
  }

  version(): number {
    const version = this.int16();
    if (version < 0) throw this.#broken(`version ${version}`);
    return version;
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.#advance(2));
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#advance(4));
  }

  int64(): number {
    const value = Number(this.#bytes.readBigInt64BE(this.#advance(8)));
    if (!Number.isSafeInteger(value)) throw this.#broken(`the number ${value}`);
    return value;
  }

  string(): string {
    const length = this.int16();
    const start = this.#advance(length);
    return this.#bytes.toString('utf8', start, start + length);
  }

  nullableBytes(): Buffer | null {
    const length = this.int32();
    if (length < 0) return null;
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  items(): WorkItems {
    const connectors: string[] = [];
    const tasks: ConnectorTaskId[] = [];
    const count = this.isAtEnd() ? 0 : this.int32();
    for (let index = 0; index < count; index++) {
      const connector = this.string();
      const numbers = this.int32();
      for (let each = 0; each < numbers; each++) {
        const task = this.int32();
        if (task === connectorMark) connectors.push(connector);
        else tasks.push({ connector, task });
      }
    }
    return { connectors, tasks };
  }

  /** Every count is followed by bytes, so a wild one ends here instead of in a long loop. */
  #advance(length: number): number {
    const start = this.#position;
    if (length < 0 || start + length > this.#bytes.length) throw this.#broken(`${length} bytes at ${start}`);
    this.#position += length;
    return start;
  }

  #broken(detail: string): ConnectError {
    return new ConnectError(
      'data',
      `not the ${this.#what} of a Connect worker: ${detail} in a message of ${this.#bytes.length} bytes`,
    );
  }
}
