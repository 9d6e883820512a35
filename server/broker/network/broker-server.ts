import { setMaxListeners } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { ConnectError } from '../../errors/connect-error.ts';
import { BrokerConnection, type ConnectionOptions } from './broker-connection.ts';

export interface ListenOptions extends ConnectionOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly maxConnections: number;
}

export interface BrokerServer {
  readonly port: number;
  /** Takes no more connections; open ones end with the options' signal. */
  close(): Promise<void>;
}

/** Listens for clients; rejects with a `config` error that names host and port. */
export async function listen(options: ListenOptions): Promise<BrokerServer> {
  // Each connection ends with the broker.
  setMaxListeners(0, options.signal);
  const server = createServer((socket: Socket) => {
    new BrokerConnection(socket, options);
  });
  server.maxConnections = options.maxConnections;
  await new Promise<void>((done, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) => failed(listenError(options, error)));
    server.listen({ host: options.host, port: options.port, backlog: 511 }, done);
  });
  server.on('error', (error) => options.log('error', `listening on port ${options.port}: ${error.message}`));
  return { port: portOf(server), close: async () => await closeServer(server) };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new ConnectError('illegal-state', 'no port to listen on');
  return address.port;
}

async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((done) => {
    server.close(() => done());
  });
}

function listenError({ host, port }: ListenOptions, error: NodeJS.ErrnoException): ConnectError {
  const reasons: Record<string, string> = {
    EADDRINUSE: 'another program listens there; stop it or choose another port',
    EACCES: 'this user may not listen there; choose a port above 1023',
    EADDRNOTAVAIL: 'this machine has no such address',
    ENOTFOUND: 'the host name is not known',
  };
  const reason = reasons[error.code ?? ''] ?? error.message;
  return new ConnectError(
    'config',
    `the embedded broker cannot listen on port ${port} of ${host}: ${reason}`,
    {
      cause: error,
      details: { systemError: error.code },
    },
  );
}
