import { ConnectError } from '../../errors/connect-error.ts';
import { hostOf } from './group-view.ts';

/** What a worker answers that is not the one in charge. `url` null: nobody knows who is. */
export function notHere(what: string, url: string | null): ConnectError {
  if (url === null) {
    return new ConnectError(
      'conflict',
      `Cannot ${what} at the moment: it is not known which worker is in charge, probably because of a rebalance; try again`,
    );
  }
  return new ConnectError('conflict', `Only worker ${hostOf(url)} can ${what}; send the request to ${url}`, {
    details: { url },
  });
}
