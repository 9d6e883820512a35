import type { IncomingMessage } from 'node:http';
import { ConnectError } from '../errors/connect-error.ts';
import { Refusal } from './refusal.ts';

export const maxBodyBytes = 4 * 1024 * 1024;
/** Of all requests that are being read at one time. */
const maxBufferedBytes = 64 * 1024 * 1024;

/** Keeps the bytes of all bodies under one bound. One a server. */
export class BodyReader {
  #buffered = 0;

  /** Text of the body, without a byte order mark; empty when there is none. */
  async read(request: IncomingMessage): Promise<string> {
    const encoding = request.headers['content-encoding'];
    if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
      throw new Refusal(415, `HTTP 415 Unsupported Media Type: Content-Encoding ${encoding}`);
    }
    if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) throw tooLarge();
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      // Destroying the request here would take the connection away from the answer.
      const stream: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
      for await (const chunk of stream) {
        size += chunk.length;
        this.#buffered += chunk.length;
        if (size > maxBodyBytes) throw tooLarge();
        if (this.#buffered > maxBufferedBytes) throw tooBusy();
        chunks.push(chunk);
      }
    } finally {
      this.#buffered -= size;
    }
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
    } catch {
      throw new ConnectError('bad-request', 'The request body is not valid UTF-8');
    }
  }
}

function tooLarge(): Refusal {
  return new Refusal(413, `The request body is larger than ${maxBodyBytes} bytes`, { connection: 'close' });
}

function tooBusy(): Refusal {
  return new Refusal(503, 'Too many large requests are being read, try again later', { connection: 'close' });
}
