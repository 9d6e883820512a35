import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { ConnectError } from '../errors/connect-error.ts';
import type { CommonWorkerConfig, WorkerSettings } from '../runtime/worker-config.ts';
import { type CorsRules, parseCorsRules } from './cors.ts';
import { type ListenerUrl, parseListenerUrl } from './listener-url.ts';
import { parseResponseHeaders, type ResponseHeader } from './response-headers.ts';

export interface RestSettings {
  readonly listeners: readonly ListenerUrl[];
  /** null: administration is on `listeners`; empty: it is switched off. */
  readonly adminListeners: readonly ListenerUrl[] | null;
  /** Instead of what the first listener is bound to. */
  readonly advertised: { readonly host: string | null; readonly port: number | null };
  readonly cors: CorsRules | null;
  readonly responseHeaders: readonly ResponseHeader[];
}

/** Until there are logins nobody but this machine gets in, unless the worker's settings say otherwise. */
const loopback: ListenerUrl = { scheme: 'http', host: '127.0.0.1', port: 8083 };

/** Throws a `config` error that names the key. */
export function toRestSettings({ config, raw }: WorkerSettings<CommonWorkerConfig>): RestSettings {
  const admin = config['admin.listeners'];
  requireNoExtensions(config['rest.extension.classes']);
  return {
    listeners:
      raw.listeners === undefined
        ? [loopback]
        : config.listeners.map((listener) => parseListenerUrl(listener, 'listeners')),
    adminListeners:
      admin === null ? null : admin.map((listener) => parseListenerUrl(listener, 'admin.listeners')),
    advertised: { host: config['rest.advertised.host.name'], port: config['rest.advertised.port'] },
    cors: parseCorsRules(config['access.control.allow.origin'], config['access.control.allow.methods']),
    responseHeaders: parseResponseHeaders(config['response.http.headers.config']),
  };
}

/** An extension may be what keeps strangers out, so a worker must not run without one that it was told to load. */
function requireNoExtensions(classes: readonly string[]): void {
  if (classes.length === 0) return;
  throw new ConnectError(
    'config',
    `Invalid value ${classes.join(',')} for configuration rest.extension.classes: REST extensions are not supported yet; without the setting REST has no logins, so keep listeners on loopback then`,
  );
}

/** An address of this machine that others can reach, for a listener on all interfaces. */
export function machineAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  return addresses.find(({ address, internal }) => !internal && !isIPv6(address))?.address ?? '127.0.0.1';
}
