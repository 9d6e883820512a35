import { connect, type OnReadOpts, type Socket } from 'node:net';
import type { ConnectError } from '../../errors/connect-error.ts';

export interface SocketTarget {
  readonly host: string;
  /** Where `host` is, once it was looked up. */
  readonly address?: string | undefined;
  readonly port: number;
  /** The caller reads through this and never through 'data' events. */
  readonly onread: OnReadOpts;
}

/** Opens the byte stream to a broker. `security/tls` has the one for TLS. */
export interface SocketFactory {
  readonly open: (target: SocketTarget) => Socket;
  /** The event after which bytes may be written. */
  readonly readyEvent: 'connect' | 'secureConnect';
  /** The error to tell for a failure before the broker's first answer; undefined: it is the network's. */
  readonly explain?: (error: Error, broker: string) => ConnectError | undefined;
}

export const plaintextSockets: SocketFactory = {
  open: ({ host, address, port, onread }) =>
    connect({ host: address ?? host, port, onread, noDelay: true, keepAlive: true }),
  readyEvent: 'connect',
};
