import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { ClientApi } from '../../kafka/protocol/api.ts';
import { readResponse, writeRequest } from '../../kafka/protocol/frame.ts';
import { ProtocolReader } from '../../kafka/protocol/reader.ts';
import { ProtocolWriter } from '../../kafka/protocol/writer.ts';

/** A bare client for tests: says exactly what it is told to, and sees exactly what comes. */
export class SampleClient {
  readonly socket: Socket;
  #received = Buffer.alloc(0);
  #correlationId = 0;
  #isEnded = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      socket.emit('progress');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#isEnded = true;
      socket.emit('progress');
    });
  }

  static async connect(port: number): Promise<SampleClient> {
    const socket = connect(port, '127.0.0.1');
    const client = new SampleClient(socket);
    await once(socket, 'connect');
    onTestFinished(() => {
      socket.destroy();
    });
    return client;
  }

  /** Sends a request; answers its correlation id. */
  send<Input>(api: ClientApi<Input, unknown>, version: number, body: Input): number {
    const writer = new ProtocolWriter();
    writeRequest(writer, api, version, ++this.#correlationId, 'sample', body);
    this.socket.write(writer.toBuffer());
    return this.#correlationId;
  }

  /** Sends any bytes as a frame. */
  sendRaw(bytes: Uint8Array): void {
    const size = Buffer.alloc(4);
    size.writeInt32BE(bytes.length);
    this.socket.write(Buffer.concat([size, bytes]));
  }

  /** The next response that comes: its correlation id and what follows. */
  async receive(): Promise<{ readonly correlationId: number; readonly reader: ProtocolReader }> {
    const frame = await this.receiveRaw();
    return { correlationId: frame.readInt32BE(0), reader: new ProtocolReader(frame, 4) };
  }

  /** The next frame that comes, without its size. */
  async receiveRaw(): Promise<Buffer> {
    for (;;) {
      const size = this.#received.length < 4 ? -1 : this.#received.readInt32BE(0);
      if (size !== -1 && this.#received.length >= 4 + size) {
        const frame = Buffer.from(this.#received.subarray(4, 4 + size));
        this.#received = this.#received.subarray(4 + size);
        return frame;
      }
      if (this.#isEnded) throw new Error('the broker closed the connection');
      await this.#progress();
    }
  }

  async request<Input, Response>(
    api: ClientApi<Input, Response>,
    version: number,
    body: Input,
  ): Promise<Response> {
    const sent = this.send(api, version, body);
    const { correlationId, reader } = await this.receive();
    if (correlationId !== sent) throw new Error(`answer ${correlationId} to request ${sent}`);
    const response = readResponse(reader, api, version);
    if (reader.remaining > 0) throw new Error(`${reader.remaining} bytes follow the response`);
    return response;
  }

  #progress(): Promise<void> {
    return new Promise((done) => {
      this.socket.once('progress', () => done());
    });
  }

  /** Resolves when the broker has closed the connection. */
  async closed(): Promise<void> {
    while (!this.#isEnded) await this.#progress();
  }
}
