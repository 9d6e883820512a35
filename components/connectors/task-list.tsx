'use client';

import { ListX, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ConnectorDetail, TaskSummary } from '../../server/entities/console-connector.ts';
import { StateBadge } from '../state/state-badge.tsx';
import { Button } from '../ui/button.tsx';
import { Elapsed } from '../ui/elapsed.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { formatCount, formatRate } from '../ui/format.ts';
import { RecordErrorCounts } from './record-error-counts.tsx';
import { Trace } from './trace.tsx';
import { useConnectorAction } from './use-connector-action.ts';

export function TaskList({ connector }: { readonly connector: ConnectorDetail }) {
  const { tasks, trace, health } = connector;
  return (
    <div className="grid gap-3">
      {trace !== null && (
        <div className="rounded-md border bg-surface p-4">
          <h2 className="mb-2 font-semibold">The connector itself failed</h2>
          <Trace rootCause={connector.rootCause} trace={trace} />
        </div>
      )}
      {tasks.length === 0 ? (
        <EmptyState icon={ListX} title={health.state === 'stopped' ? 'Stopped: no tasks' : 'No tasks yet'}>
          {health.state === 'stopped'
            ? 'A stopped connector has no tasks. Resume it to start them again where they were.'
            : health.message}
        </EmptyState>
      ) : (
        <ul aria-label="Tasks" className="grid gap-2">
          {tasks.map((task) => (
            <TaskRow key={task.id} connector={connector} task={task} />
          ))}
        </ul>
      )}
    </div>
  );
}

function TaskRow({ connector, task }: { readonly connector: ConnectorDetail; readonly task: TaskSummary }) {
  const action = useConnectorAction(connector.name);
  const { metrics } = task;
  const trace = connector.traces[task.id];
  return (
    <li className="rounded-md border bg-surface p-3 sm:px-4">
      <div className="flex flex-wrap items-center gap-x-5 gap-y-2">
        <h2 className="min-w-14 font-medium">Task {task.id}</h2>
        <span className="flex items-center gap-2 sm:min-w-44">
          <StateBadge state={task.state} />
          <span className="text-muted text-sm">
            for <Elapsed since={task.since} />
          </span>
        </span>
        <dl className="tabular order-last flex basis-full flex-wrap gap-x-5 gap-y-1 text-sm sm:order-none sm:flex-1 sm:basis-0">
          <Detail label="Worker" value={task.workerId} />
          {metrics !== null && (
            <>
              <Detail label="Records/s" value={formatRate(metrics.recordsPerSecond)} />
              <Detail label="Records" value={formatCount(metrics.records)} />
              {metrics.lag !== null && <Detail label="Lag" value={formatCount(metrics.lag)} />}
              {metrics.lastRecordAt !== null && (
                <Detail label="Last record" value={<Elapsed since={metrics.lastRecordAt} ago />} />
              )}
              {metrics.callSince !== null && (
                <Detail
                  label={connector.type === 'sink' ? 'In one put for' : 'In one poll for'}
                  value={<Elapsed since={metrics.callSince} />}
                />
              )}
            </>
          )}
        </dl>
        <Button
          size="icon"
          className="ml-auto"
          aria-label={`Restart task ${task.id}`}
          title={`Restart task ${task.id}`}
          reason={action.isPending ? 'A request is under way' : null}
          onClick={() =>
            action.mutate({
              body: { action: 'restart-task', task: task.id },
              requested: `Restart of task ${task.id} requested`,
            })
          }
        >
          <RotateCw aria-hidden className="size-3.5" />
        </Button>
      </div>
      {metrics !== null && metrics.errors.failures > 0 && <RecordErrorCounts errors={metrics.errors} />}
      {trace !== undefined && (
        <div className="mt-3">
          <Trace rootCause={task.rootCause} trace={trace} />
        </div>
      )}
    </li>
  );
}

function Detail({ label, value }: { readonly label: string; readonly value: ReactNode }) {
  return (
    <div className="flex gap-1.5">
      <dt className="text-muted">{label}</dt>
      <dd className="break-words">{value}</dd>
    </div>
  );
}
