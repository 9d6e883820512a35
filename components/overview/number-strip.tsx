import Link from 'next/link';
import { type HealthState, healthStates } from '../../server/entities/console-health.ts';
import type { Overview } from '../../server/entities/console-overview.ts';
import { paths } from '../paths.ts';
import { stateLooks } from '../state/state-map.ts';
import { classes } from '../ui/classes.ts';
import { formatCount } from '../ui/format.ts';

type Counts = NonNullable<Overview['counts']>;

/** Every number is a link to what it counts. */
export function NumberStrip({ counts }: { readonly counts: Counts }) {
  const states = healthStates.filter((state) => (counts.states[state] ?? 0) > 0);
  return (
    <ul aria-label="Counts" className="flex flex-wrap overflow-hidden rounded-md border bg-surface">
      <NumberLink href={paths.connectors()} value={counts.connectors} label="connectors" />
      {states.map((state: HealthState) => {
        const { icon: Icon, ink, word } = stateLooks[state];
        return (
          <NumberLink
            key={state}
            href={paths.connectors(`state:${state}`)}
            value={counts.states[state] ?? 0}
            label={word.toLowerCase()}
            icon={<Icon aria-hidden className={classes('size-4', ink)} />}
          />
        );
      })}
      <NumberLink href={paths.connectors('type:source')} value={counts.sources} label="sources" />
      <NumberLink href={paths.connectors('type:sink')} value={counts.sinks} label="sinks" />
      <NumberLink
        href={paths.connectors(counts.failedTasks > 0 ? 'task:failed' : undefined)}
        value={counts.tasks}
        label={counts.failedTasks > 0 ? `tasks, ${counts.failedTasks} failed` : 'tasks'}
      />
      <NumberLink
        href={paths.workers}
        value={counts.workers}
        label={counts.workers === 1 ? 'worker' : 'workers'}
      />
    </ul>
  );
}

interface NumberLinkProps {
  readonly href: string;
  readonly value: number;
  readonly label: string;
  readonly icon?: React.ReactNode;
}

function NumberLink({ href, value, label, icon }: NumberLinkProps) {
  return (
    <li className="-mb-px -ml-px flex-auto border-b border-l">
      <Link href={href} className="flex h-full flex-col px-4 py-2.5 hover:bg-raised/60">
        <span className="tabular flex items-center gap-1.5 font-semibold text-lg">
          {icon}
          {formatCount(value)}
        </span>
        <span className="whitespace-nowrap text-muted text-sm">{label}</span>
      </Link>
    </li>
  );
}
