'use client';

import { useSyncExternalStore } from 'react';

const never = () => () => undefined;

/**
 * False on the server and while its page is taken over, true ever after. What depends on the browser's clock or time
 * zone is drawn anew with it: React leaves a text of the server's standing as long as its own does not change.
 */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
