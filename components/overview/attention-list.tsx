import { Check } from 'lucide-react';
import Link from 'next/link';
import type { ConnectorSummary } from '../../server/entities/console-connector.ts';
import { paths } from '../paths.ts';
import { StateBadge } from '../state/state-badge.tsx';
import { Card } from '../ui/card.tsx';
import { Elapsed } from '../ui/elapsed.tsx';

/** Worst first. When nothing is wrong it says so in one line and takes no room. */
export function AttentionList({ connectors }: { readonly connectors: readonly ConnectorSummary[] }) {
  if (connectors.length === 0) {
    return (
      <p className="flex items-center gap-2 text-running">
        <Check aria-hidden className="size-4" />
        Nothing needs attention
      </p>
    );
  }
  return (
    <Card title="Needs attention" bodyClassName="p-0">
      <ul>
        {connectors.map(({ name, health, pluginTitle, rootCause, since }) => (
          <li
            key={name}
            className="relative grid gap-x-4 gap-y-1 border-b px-4 py-2.5 last:border-b-0 hover:bg-raised/60 md:grid-cols-[7rem_minmax(0,2fr)_minmax(0,3fr)_auto]"
          >
            <span className="flex items-start">
              <StateBadge state={health.state} />
            </span>
            <span className="min-w-0">
              <Link
                href={paths.connector(name)}
                className="break-words font-medium after:absolute after:inset-0 hover:underline"
              >
                {name}
              </Link>
              <span className="block text-muted text-sm">{pluginTitle}</span>
            </span>
            <span className="min-w-0 text-sm">
              <span>{health.message}</span>
              {rootCause !== null && (
                <span className="line-clamp-2 break-words text-failed" title={rootCause}>
                  {rootCause}
                </span>
              )}
            </span>
            <span className="text-muted text-sm md:text-right">
              <Elapsed since={since} ago />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
