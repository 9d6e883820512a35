import { createServer } from 'node:net';
import { ConnectError, messageOf } from '../errors/connect-error.ts';

/**
 * Whether a port on loopback can be had, asked before anything slow starts. Throws a `config` error that names the
 * port and the option that chooses another.
 */
export async function requireFreePort(port: number, what: string, option: string): Promise<void> {
  if (port === 0) return;
  const server = createServer();
  await new Promise<void>((done, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE' ? 'is in use by another program' : `cannot be used (${messageOf(error)})`;
      failed(
        new ConnectError(
          'config',
          `Port ${port} of ${what} ${reason}: choose another with ${option}, or stop that program.`,
          { cause: error },
        ),
      );
    });
    server.listen(port, '127.0.0.1', () => server.close(() => done()));
  });
}
