import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ConnectorSummary } from '../../server/entities/console-connector.ts';
import { TaskBlocks } from '../state/task-blocks.tsx';
import { Elapsed } from '../ui/elapsed.tsx';
import { formatCount, formatRate } from '../ui/format.ts';

/** The strip of numbers above the tabs. */
export function ConnectorFigures({ connector }: { readonly connector: ConnectorSummary }) {
  const { metrics, tasks, type } = connector;
  return (
    <dl className="flex flex-wrap overflow-hidden rounded-md border bg-surface">
      <Figure label="Tasks running">
        <TaskBlocks tasks={tasks} />
      </Figure>
      <Figure label="Records/s">{metrics === null ? '–' : formatRate(metrics.recordsPerSecond)}</Figure>
      <Figure label="Records since start">{metrics === null ? '–' : formatCount(metrics.records)}</Figure>
      {type === 'sink' && (
        <Figure label="Lag">
          {metrics === null || metrics.lag === null ? '–' : formatCount(metrics.lag)}
        </Figure>
      )}
      {type === 'sink' && metrics !== null && metrics.callSince !== null && (
        <Figure label="Hangs in put for">
          <span className="inline-flex items-center gap-1.5 text-degraded">
            <TriangleAlert aria-hidden className="size-4" />
            <Elapsed since={metrics.callSince} />
          </span>
        </Figure>
      )}
      {metrics !== null && metrics.errors.failures > 0 && (
        <Figure label="Failures since start">
          <span className="inline-flex items-center gap-1.5 text-degraded">
            <TriangleAlert aria-hidden className="size-4" />
            {formatCount(metrics.errors.failures)}
          </span>
        </Figure>
      )}
      <Figure label="Last record">
        {metrics === null || metrics.lastRecordAt === null ? (
          '–'
        ) : (
          <Elapsed since={metrics.lastRecordAt} ago />
        )}
      </Figure>
    </dl>
  );
}

function Figure({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="-mb-px -ml-px flex flex-auto flex-col-reverse justify-end border-b border-l px-4 py-2.5">
      <dt className="whitespace-nowrap text-muted text-sm">{label}</dt>
      <dd className="tabular min-w-16 font-semibold text-lg">{children}</dd>
    </div>
  );
}
