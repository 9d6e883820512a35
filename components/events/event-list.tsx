import Link from 'next/link';
import type { ConsoleEvent } from '../../server/entities/console-event.ts';
import { paths } from '../paths.ts';
import { StateIcon } from '../state/state-badge.tsx';
import { classes } from '../ui/classes.ts';
import { ClockTime } from '../ui/clock-time.tsx';
import { linkText } from '../ui/link-text.ts';

interface EventListProps {
  readonly events: readonly ConsoleEvent[];
  /** On a connector's own page its name says nothing. */
  readonly withConnector: boolean;
}

export function EventList({ events, withConnector }: EventListProps) {
  return (
    <ol className="grid grid-cols-[auto_auto_minmax(0,1fr)] gap-x-3">
      {events.map((event) => (
        <li
          key={event.position}
          className="col-span-3 grid grid-cols-subgrid items-start border-b py-1.5 text-sm last:border-b-0"
        >
          <ClockTime at={event.at} />
          <span className="flex h-5 w-4 items-center">
            {event.state !== null ? (
              <StateIcon state={event.state} />
            ) : (
              <span aria-hidden className="mx-auto size-1.5 rounded-full bg-muted" />
            )}
          </span>
          <span className="min-w-0 break-words">
            {withConnector && event.connector !== null && (
              <>
                <Link href={paths.connector(event.connector)} className={classes('font-medium', linkText)}>
                  {event.connector}
                </Link>
                {' · '}
              </>
            )}
            {event.text}
            {event.error !== null && <span className="block text-failed">{event.error}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}
