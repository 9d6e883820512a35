'use client';

import { useSearchParams } from 'next/navigation';
import { type RefObject, useEffect, useRef, useState } from 'react';

export interface TopicFilter {
  readonly q: string;
  readonly isInternalShown: boolean;
}

/**
 * The filter of the list, mirrored in the address. The address comes back a moment after it was set, so what is typed
 * is kept here; it is followed when something else changed it: a link, or going back. `area`: where the controls are.
 */
export function useTopicFilter(): {
  readonly filter: TopicFilter;
  readonly area: RefObject<HTMLDivElement | null>;
  readonly change: (part: Partial<TopicFilter>) => void;
} {
  const parameters = useSearchParams();
  const area = useRef<HTMLDivElement>(null);
  const q = parameters.get('q') ?? '';
  const isInternalShown = parameters.has('internal');
  const [filter, setFilter] = useState<TopicFilter>({ q, isInternalShown });

  useEffect(() => {
    if (!area.current?.contains(document.activeElement)) setFilter({ q, isInternalShown });
  }, [q, isInternalShown]);

  function change(part: Partial<TopicFilter>): void {
    const next = { ...filter, ...part };
    setFilter(next);
    const query = new URLSearchParams({
      ...(next.q === '' ? {} : { q: next.q }),
      ...(next.isInternalShown ? { internal: '1' } : {}),
    });
    window.history.replaceState(null, '', query.size === 0 ? window.location.pathname : `?${query}`);
  }

  return { filter, area, change };
}
