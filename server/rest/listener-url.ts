import { ConnectError } from '../errors/connect-error.ts';

export interface ListenerUrl {
  readonly scheme: 'http' | 'https';
  /** Without brackets; empty: all interfaces. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

/** One entry of `listeners` or `admin.listeners`. `key` is for the error. */
export function parseListenerUrl(text: string, key: string): ListenerUrl {
  const match = /^(https?):\/\/(\[[0-9a-fA-F:.%]*\]|[^:/[\]]*):(\d{1,5})\/?$/i.exec(text.trim());
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    throw new ConnectError(
      'config',
      `Invalid value ${text} for configuration ${key}: a listener is scheme://host:port with scheme http and a port up to 65535, ex: http://localhost:8083`,
    );
  }
  if (match[1]?.toLowerCase() === 'https') {
    throw new ConnectError(
      'config',
      `Invalid value ${text} for configuration ${key}: https is not supported yet, use http and a proxy that ends TLS in front of it`,
    );
  }
  return { scheme: 'http', host: (match[2] ?? '').replace(/^\[|\]$/g, ''), port };
}

export function urlOf(host: string, port: number, scheme = 'http'): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
