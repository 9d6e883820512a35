'use client';

import { RefreshCw } from 'lucide-react';
import { Button } from '../ui/button.tsx';
import { Elapsed } from '../ui/elapsed.tsx';

interface ReadAgainProps {
  readonly isReading: boolean;
  /** Milliseconds since the epoch. */
  readonly readAt: number;
  readonly onRead: () => void;
}

/** For what is read from Kafka on demand: how old it is, and a button. */
export function ReadAgain({ isReading, readAt, onRead }: ReadAgainProps) {
  return (
    <span className="inline-flex items-center gap-3 text-muted text-sm">
      <span>
        Read <Elapsed since={readAt} ago />
      </span>
      <Button onClick={onRead} reason={isReading ? 'Reading' : null}>
        <RefreshCw aria-hidden className="size-3.5" />
        Read again
      </Button>
    </span>
  );
}
