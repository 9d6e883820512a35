import { connect, type OnReadOpts, type Socket } from 'node:net';

export interface SocketTarget {
  readonly host: string;
  /** Where `host` is, once it was looked up. */
  readonly address?: string | undefined;
  readonly port: number;
  /** The caller reads through this and never through 'data' events. */
  readonly onread: OnReadOpts;
}

/** Opens the byte stream to a broker. TLS slots in here: `tls.connect` takes the same `onread`. */
export interface SocketFactory {
  readonly open: (target: SocketTarget) => Socket;
  /** The event after which bytes may be written. */
  readonly readyEvent: 'connect' | 'secureConnect';
}

export const plaintextSockets: SocketFactory = {
  open: ({ host, address, port, onread }) =>
    connect({ host: address ?? host, port, onread, noDelay: true, keepAlive: true }),
  readyEvent: 'connect',
};
