import { QueryClient } from '@tanstack/react-query';
import { RequestError } from './fetch-json.ts';

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Events tell what is stale; this only spares the second read right after the page came.
        staleTime: 5000,
        retry: (count, error) =>
          count < 2 && !(error instanceof RequestError && error.status < 500 && error.status > 0),
        retryDelay: 500,
      },
    },
  });
}
