import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { BrokerApi } from '../protocol/api.ts';
import { type RequestHeader, readRequest, readRequestHeader, writeResponse } from '../protocol/frame.ts';
import type { ApiVersionsResponseInput } from '../protocol/generated/api-versions.js';
import { apiVersionsApi } from '../protocol/generated/api-versions.js';
import { metadataApi } from '../protocol/generated/metadata.js';
import { ProtocolReader } from '../protocol/reader.ts';
import { ProtocolWriter } from '../protocol/writer.ts';

export interface FakeCall {
  readonly header: RequestHeader;
  readonly socket: Socket;
  read<Request>(api: BrokerApi<Request, never>): Request;
  answer<Input>(api: BrokerApi<unknown, Input>, body: Input): void;
}

/** For tests: a listener that answers ApiVersions and, unless told otherwise, Metadata naming only itself. */
export class FakeBroker {
  readonly calls: FakeCall[] = [];
  readonly sockets = new Set<Socket>();
  readonly #server = createServer((socket) => this.#serve(socket));
  readonly #handlers = new Map<number, (call: FakeCall) => void>();
  versions: ApiVersionsResponseInput['apiKeys'] = Array.from({ length: 70 }, (_, apiKey) => ({
    apiKey,
    minVersion: 0,
    maxVersion: 99,
  }));

  static async start(port = 0): Promise<FakeBroker> {
    const broker = new FakeBroker();
    broker.#server.listen(port, '127.0.0.1');
    await once(broker.#server, 'listening');
    broker.on(metadataApi.key, (call) => call.answer(metadataApi, broker.metadata()));
    broker.on(apiVersionsApi.key, (call) => {
      if (call.header.apiVersion <= 3)
        call.answer(apiVersionsApi, { errorCode: 0, apiKeys: broker.versions });
    });
    return broker;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  get bootstrap(): string {
    return `127.0.0.1:${this.port}`;
  }

  metadata() {
    return {
      brokers: [{ nodeId: 1, host: '127.0.0.1', port: this.port }],
      clusterId: 'fake',
      controllerId: 1,
      topics: [],
    };
  }

  on(apiKey: number, handler: (call: FakeCall) => void): void {
    this.#handlers.set(apiKey, handler);
  }

  /** Calls of one API so far. */
  count(apiKey: number): number {
    return this.calls.filter((call) => call.header.apiKey === apiKey).length;
  }

  dropConnections(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.dropConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(socket: Socket): void {
    this.sockets.add(socket);
    let received = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) {
        const size = received.readInt32BE(0);
        this.#handle(socket, received.subarray(4, 4 + size));
        received = received.subarray(4 + size);
      }
    });
  }

  #handle(socket: Socket, frame: Buffer): void {
    const reader = new ProtocolReader(frame);
    const header = readRequestHeader(reader);
    const call: FakeCall = {
      header,
      socket,
      read: (api) => readRequest(reader, api, header.apiVersion),
      answer(api, body) {
        const writer = new ProtocolWriter();
        writeResponse(writer, api, header.apiVersion, header.correlationId, body);
        socket.write(writer.toBuffer());
      },
    };
    this.calls.push(call);
    this.#handlers.get(header.apiKey)?.(call);
  }
}
