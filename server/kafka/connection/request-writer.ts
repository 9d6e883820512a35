import type { Socket } from 'node:net';
import type { ClientApi } from '../protocol/api.ts';
import { writeRequest } from '../protocol/frame.ts';
import { ProtocolWriter } from '../protocol/writer.ts';

const maxIdleWriters = 8;
const maxIdleWriterBytes = 64 * 1024;

/** Puts requests on a socket, with memory that is used again once the system has taken it. */
export class RequestWriter {
  readonly #socket: Socket;
  readonly #clientId: string;
  readonly #idle: ProtocolWriter[] = [];

  constructor(socket: Socket, clientId: string) {
    this.#socket = socket;
    this.#clientId = clientId;
  }

  /** `done` is called when the bytes were handed to the system, or could not be. */
  write<Input>(
    api: ClientApi<Input, unknown>,
    version: number,
    correlationId: number,
    input: Input,
    done?: (error?: Error | null) => void,
  ): void {
    const writer = this.#idle.pop() ?? new ProtocolWriter();
    writeRequest(writer, api, version, correlationId, this.#clientId, input);
    const chunks = writer.chunks();
    this.#socket.cork();
    chunks.forEach((chunk, i) => {
      if (i < chunks.length - 1) this.#socket.write(chunk);
      else
        this.#socket.write(chunk, (error) => {
          writer.reset();
          if (writer.capacity <= maxIdleWriterBytes && this.#idle.length < maxIdleWriters)
            this.#idle.push(writer);
          done?.(error);
        });
    });
    this.#socket.uncork();
  }
}
