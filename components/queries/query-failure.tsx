'use client';

import { useQuery } from '@tanstack/react-query';
import { Unplug } from 'lucide-react';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { clusterQuery } from './cluster.ts';
import { describeError } from './describe-error.ts';

interface QueryFailureProps {
  readonly error: unknown;
  readonly onRetry: () => void;
  /** In place of the title of the error's code. */
  readonly title?: string;
  /** Nothing else of the page could be shown. */
  readonly isPage?: boolean;
}

/** In place of what could not be read: unreachable, as opposed to empty. */
export function QueryFailure({ error, onRetry, title, isPage = false }: QueryFailureProps) {
  const { data: cluster } = useQuery(clusterQuery);
  const { title: usualTitle, message, code } = describeError(error);
  // The worker's own reason says more than that this read failed.
  const reason =
    code === 'unavailable' && cluster !== undefined && cluster.status !== 'ready' ? cluster.message : message;
  return (
    <EmptyState
      isPage={isPage}
      icon={Unplug}
      title={title ?? usualTitle}
      actions={<Button onClick={onRetry}>Try again</Button>}
    >
      {reason}
    </EmptyState>
  );
}
