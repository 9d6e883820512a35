import { ConnectError, isConnectError } from '../errors/connect-error.ts';

/**
 * Another worker of the group has to do this. `url`: its advertised one; null: not known at the moment. REST forwards
 * such requests; callers in this process read where to go.
 */
export function elsewhere(what: string, url: string | null): ConnectError {
  const message =
    url === null
      ? `Cannot ${what} at the moment: it is not known which worker is in charge, probably because of a rebalance; try again`
      : `Only the worker at ${url} can ${what}; send the request there`;
  return new ConnectError('conflict', message, { details: { url } });
}

/** Where the request has to go; null: nobody knows; undefined: the error says nothing of the kind. */
export function placeOf(error: unknown): string | null | undefined {
  if (!isConnectError(error) || error.code !== 'conflict') return undefined;
  const { url } = error.details;
  return typeof url === 'string' || url === null ? url : undefined;
}
