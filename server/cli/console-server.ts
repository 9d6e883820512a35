import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isAllowedHost } from '../console/access/host-check.ts';
import { ConnectError, messageOf } from '../errors/connect-error.ts';
import { installFolder } from './data-folder.ts';

export interface ConsoleServer {
  readonly url: string;
  stop(timeoutMs: number): Promise<void>;
}

/** Serves the built pages from this process, so that they reach the worker. Loopback only: there are no logins yet. */
export async function startConsoleServer(port: number): Promise<ConsoleServer> {
  // React and Next choose their code by this when they are loaded.
  Object.assign(process.env, { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' });
  const { default: next } = await import('next');
  const app = next({ dev: false, dir: installFolder, hostname: '127.0.0.1', port, quiet: true });
  await app.prepare();
  const handle = app.getRequestHandler();
  const server = createServer({ headersTimeout: 15_000, requestTimeout: 60_000 }, (request, response) => {
    if (!isAllowedHost(request.headers.host ?? null, [])) {
      response.writeHead(403, { 'content-type': 'text/plain' });
      response.end('The Host header names no address under which this console may be asked.\n');
      return;
    }
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((done, failed) => {
    server.once('error', (error) => {
      const message = `The console cannot listen on port ${port}: ${messageOf(error)}. Choose another with --port.`;
      failed(new ConnectError('config', message, { cause: error }));
    });
    server.listen(port, '127.0.0.1', done);
  });
  server.on('error', () => undefined);
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${bound}`,
    async stop(timeoutMs) {
      const closed = new Promise<void>((done) => server.close(() => done()));
      // Live views never end by themselves.
      const cut = setTimeout(() => server.closeAllConnections(), timeoutMs);
      await closed;
      clearTimeout(cut);
      await app.close();
    },
  };
}
