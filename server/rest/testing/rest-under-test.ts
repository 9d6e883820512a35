import { request } from 'node:http';
import { connect } from 'node:net';
import { Loggers } from '../../runtime/log.ts';
import { type RestServer, startRestServer } from '../rest-server.ts';
import type { RestSettings } from '../rest-settings.ts';
import { FakeHerder } from './fake-herder.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  /** Undefined unless the answer is JSON. */
  readonly json: unknown;
}

export interface RestUnderTest {
  readonly server: RestServer;
  readonly herder: FakeHerder;
  readonly loggers: Loggers;
  readonly logged: string[];
  readonly port: number;
  /** Sends the path exactly as given; a body goes as JSON unless the headers say otherwise. */
  send(
    method: string,
    path: string,
    options?: {
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
      readonly url?: string;
    },
  ): Promise<Answer>;
  /** Sends bytes as they are and gives all that comes back until the server ends the connection. */
  sendRaw(text: string | Buffer): Promise<string>;
}

export const plainSettings: RestSettings = {
  listeners: [{ scheme: 'http', host: '127.0.0.1', port: 0 }],
  adminListeners: null,
  advertised: { host: null, port: null },
  cors: null,
  responseHeaders: [],
};

export async function startRestUnderTest(
  settings: Partial<RestSettings> = {},
  requestTimeoutMs = 5_000,
): Promise<RestUnderTest> {
  const logged: string[] = [];
  const loggers = new Loggers({ write: (line) => logged.push(line), coloured: false });
  const server = await startRestServer({
    settings: { ...plainSettings, ...settings },
    log: loggers.logger('millrace.rest'),
    requestTimeoutMs,
  });
  const herder = new FakeHerder();
  server.serve({ herder, loggers });
  const port = Number(new URL(server.urls[0] ?? '').port);
  return {
    server,
    herder,
    loggers,
    logged,
    port,
    send: (method, path, { body, headers = {}, url } = {}) =>
      new Promise((resolve, reject) => {
        const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
        const outgoing = request(
          {
            host: '127.0.0.1',
            port: url === undefined ? port : Number(new URL(url).port),
            method,
            path,
            headers: { ...(text === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
            agent: false,
          },
          (response) => {
            response.setEncoding('utf8');
            let answer = '';
            response.on('data', (chunk: string) => {
              answer += chunk;
            });
            response.on('end', () => {
              const json = response.headers['content-type'] === 'application/json' && answer !== '';
              resolve({
                status: response.statusCode ?? 0,
                headers: response.headers as Answer['headers'],
                text: answer,
                json: json ? JSON.parse(answer) : undefined,
              });
            });
          },
        );
        outgoing.on('error', reject);
        outgoing.end(text);
      }),
    sendRaw: (text) =>
      new Promise((resolve, reject) => {
        const socket = connect(port, '127.0.0.1');
        let answer = '';
        socket.setEncoding('utf8');
        socket.on('data', (chunk: string) => {
          answer += chunk;
        });
        socket.on('close', () => resolve(answer));
        socket.on('error', reject);
        socket.write(text);
      }),
  };
}
