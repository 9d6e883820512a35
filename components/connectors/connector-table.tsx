import Link from 'next/link';
import { memo } from 'react';
import type { ConnectorSummary } from '../../server/entities/console-connector.ts';
import { paths } from '../paths.ts';
import { StateBadge } from '../state/state-badge.tsx';
import { TaskBlocks } from '../state/task-blocks.tsx';
import { Elapsed } from '../ui/elapsed.tsx';
import { formatCount, formatRate } from '../ui/format.ts';
import { TopicNames } from './topic-names.tsx';

const headCell = 'px-3 py-2 text-left font-medium text-muted text-xs';
const cell = 'px-3 py-2 align-top';

/** Rows on wide screens, cards on narrow ones; both in the order given. */
export function ConnectorTable({ connectors }: { readonly connectors: readonly ConnectorSummary[] }) {
  return (
    <>
      <div className="hidden overflow-x-auto rounded-md border bg-surface lg:block">
        <table className="w-full border-collapse text-sm">
          <thead className="border-b">
            <tr>
              <th scope="col" className={headCell}>
                State
              </th>
              <th scope="col" className={headCell}>
                Connector
              </th>
              <th scope="col" className={headCell}>
                Tasks
              </th>
              <th scope="col" className={headCell}>
                Topics
              </th>
              <th scope="col" className={`${headCell} text-right`}>
                Records/s
              </th>
              <th scope="col" className={`${headCell} text-right`}>
                Lag
              </th>
              <th scope="col" className={`${headCell} text-right`}>
                For
              </th>
            </tr>
          </thead>
          <tbody>
            {connectors.map((connector) => (
              <ConnectorRow key={connector.name} connector={connector} />
            ))}
          </tbody>
        </table>
      </div>
      <ul className="grid gap-2 lg:hidden">
        {connectors.map((connector) => (
          <ConnectorCard key={connector.name} connector={connector} />
        ))}
      </ul>
    </>
  );
}

/** Figures come every second, mostly for a few: rows of the others are not drawn again. */
const ConnectorRow = memo(function ConnectorRow({ connector }: { readonly connector: ConnectorSummary }) {
  const { name, health, pluginTitle, tasks, topics, metrics, since, rootCause } = connector;
  return (
    <tr className="relative border-b last:border-b-0 hover:bg-raised/60">
      <td className={cell}>
        <StateBadge state={health.state} title={health.message} />
      </td>
      <td className={`${cell} max-w-80`}>
        <Link
          href={paths.connector(name)}
          className="block break-words font-medium after:absolute after:inset-0 hover:underline"
        >
          {name}
        </Link>
        <span className="text-muted">{pluginTitle}</span>
        {rootCause !== null && (
          <span className="line-clamp-2 break-words text-failed" title={rootCause}>
            {rootCause}
          </span>
        )}
      </td>
      <td className={cell}>
        <TaskBlocks tasks={tasks} />
      </td>
      <td className={`${cell} max-w-56`}>
        <TopicNames topics={topics} />
      </td>
      <td className={`${cell} text-right`}>
        {metrics === null ? '–' : formatRate(metrics.recordsPerSecond)}
      </td>
      <td className={`${cell} text-right`}>
        {metrics === null || metrics.lag === null ? '–' : formatCount(metrics.lag)}
      </td>
      <td className={`${cell} text-right text-muted`}>
        <Elapsed since={since} />
      </td>
    </tr>
  );
});

const ConnectorCard = memo(function ConnectorCard({ connector }: { readonly connector: ConnectorSummary }) {
  const { name, health, pluginTitle, tasks, topics, metrics, since, rootCause } = connector;
  return (
    <li className="relative rounded-md border bg-surface p-3 text-sm">
      <div className="flex items-start justify-between gap-3">
        <Link
          href={paths.connector(name)}
          className="min-w-0 break-words font-medium text-base after:absolute after:inset-0"
        >
          {name}
        </Link>
        <StateBadge state={health.state} />
      </div>
      <div className="text-muted">
        {pluginTitle} · <Elapsed since={since} />
      </div>
      {rootCause !== null && <div className="mt-1 break-words text-failed">{rootCause}</div>}
      <div className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-1">
        <TaskBlocks tasks={tasks} />
        {metrics !== null && <span className="tabular">{formatRate(metrics.recordsPerSecond)} rec/s</span>}
        {metrics !== null && metrics.lag !== null && (
          <span className="tabular">lag {formatCount(metrics.lag)}</span>
        )}
      </div>
      {topics.length > 0 && (
        <div className="mt-1">
          <TopicNames topics={topics} />
        </div>
      )}
    </li>
  );
});
