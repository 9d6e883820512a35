import Link from 'next/link';
import type { ConnectorSummary } from '../../server/entities/console-connector.ts';
import { healthStates } from '../../server/entities/console-health.ts';
import { paths } from '../paths.ts';
import { stateLooks } from '../state/state-map.ts';
import { classes } from '../ui/classes.ts';

interface StateFiltersProps {
  readonly connectors: readonly ConnectorSummary[];
  readonly q: string;
}

/** A link for every state that occurs. */
export function StateFilters({ connectors, q }: StateFiltersProps) {
  const states = healthStates.filter((state) => connectors.some(({ health }) => health.state === state));
  return (
    <nav aria-label="Filter by state">
      <ul className="flex flex-wrap gap-1.5">
        <li>
          <Link
            href={paths.connectors()}
            aria-current={q === '' ? 'true' : undefined}
            className={look(q === '')}
          >
            All
          </Link>
        </li>
        {states.map((state) => {
          const { icon: Icon, ink, word } = stateLooks[state];
          const query = `state:${state}`;
          return (
            <li key={state}>
              <Link
                href={paths.connectors(query)}
                aria-current={q === query ? 'true' : undefined}
                className={look(q === query)}
              >
                <Icon aria-hidden className={classes('size-3.5', ink)} />
                {word}{' '}
                <span className="tabular text-muted">
                  {connectors.filter(({ health }) => health.state === state).length}
                </span>
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

function look(isCurrent: boolean): string {
  return classes(
    'inline-flex h-7 items-center gap-1.5 rounded-full border px-2.5 text-sm',
    isCurrent ? 'border-line-strong bg-raised font-medium' : 'bg-surface hover:bg-raised',
  );
}
