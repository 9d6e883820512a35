import { QueryClient } from '@tanstack/react-query';
import { RequestError } from './fetch-json.ts';

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // What the server put into a page may be older than an event that came while the page was on its way, before
        // anything on it could be told to read again: so every page reads once more when it appears.
        staleTime: 0,
        retry: (count, error) =>
          count < 2 && !(error instanceof RequestError && error.status < 500 && error.status > 0),
        retryDelay: 500,
      },
    },
  });
}
