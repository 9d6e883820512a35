'use client';

import { useQuery } from '@tanstack/react-query';
import { Crown, Server } from 'lucide-react';
import Link from 'next/link';
import type { WorkerSummary } from '../../server/entities/console-cluster.ts';
import { KafkaLine } from '../overview/kafka-line.tsx';
import { paths } from '../paths.ts';
import { clusterQuery, workersQuery } from '../queries/cluster.ts';
import { connectorsQuery } from '../queries/connectors.ts';
import { QueryFailure } from '../queries/query-failure.tsx';
import { stateLooks } from '../state/state-map.ts';
import { classes } from '../ui/classes.ts';
import { Elapsed } from '../ui/elapsed.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { formatBytes } from '../ui/format.ts';
import { linkText } from '../ui/link-text.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { PageSkeleton } from '../ui/skeleton.tsx';
import { Tag } from '../ui/tag.tsx';

export function WorkersPage() {
  const { data, error, refetch } = useQuery(workersQuery);
  const { data: cluster } = useQuery(clusterQuery);
  return (
    <>
      <PageHeader
        title="Workers"
        below={cluster === undefined ? undefined : <KafkaLine cluster={cluster} />}
      />
      {data === undefined ? (
        error === null ? (
          <PageSkeleton />
        ) : (
          <QueryFailure error={error} onRetry={() => void refetch()} />
        )
      ) : data.workers.length === 0 ? (
        <EmptyState icon={Server} title="No worker in the group">
          The worker has not joined its group yet.
        </EmptyState>
      ) : (
        <ul className="grid gap-4 lg:grid-cols-2">
          {data.workers.map((worker) => (
            <WorkerCard key={worker.workerId} worker={worker} />
          ))}
        </ul>
      )}
    </>
  );
}

function WorkerCard({ worker }: { readonly worker: WorkerSummary }) {
  const { workerId, leader, self, upSince, memory, version, generation, connectors, tasks } = worker;
  return (
    <li className="rounded-md border bg-surface p-4">
      <div className="flex flex-wrap items-center gap-2">
        <Server aria-hidden className="size-4 text-muted" />
        <h2 className="break-all font-medium font-mono">{workerId}</h2>
        {leader && (
          <Tag>
            <Crown aria-hidden className="mr-1 size-3" />
            leader
          </Tag>
        )}
        {self && <Tag>this worker</Tag>}
      </div>
      <dl className="tabular mt-3 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm sm:grid-cols-[auto_minmax(0,1fr)_auto_minmax(0,1fr)]">
        <dt className="text-muted">Up</dt>
        <dd>{upSince === null ? '–' : <Elapsed since={upSince} />}</dd>
        <dt className="text-muted">Memory</dt>
        <dd>{memory === null ? '–' : formatBytes(memory.rssBytes)}</dd>
        <dt className="text-muted">Version</dt>
        <dd>{version}</dd>
        <dt className="text-muted">Generation</dt>
        <dd>{generation}</dd>
      </dl>
      <div className="mt-4 flex items-baseline justify-between gap-2 border-t pt-3">
        <h3 className="text-muted text-sm">
          {connectors.length} connectors, {tasks.length} tasks
        </h3>
        <Link href={paths.connectors(`worker:${workerId}`)} className={classes('text-sm', linkText)}>
          Show them
        </Link>
      </div>
      <TaskCells tasks={tasks} />
    </li>
  );
}

/** A cell a task, in the colour of its state. */
function TaskCells({ tasks }: { readonly tasks: WorkerSummary['tasks'] }) {
  const { data } = useQuery(connectorsQuery);
  if (tasks.length === 0) return null;
  return (
    <ul aria-label="Tasks" className="mt-2 flex flex-wrap gap-1.5">
      {tasks.map(({ connector, task }) => {
        const summary = data?.connectors.find(({ name }) => name === connector);
        const state = summary?.tasks.find(({ id }) => id === task)?.state ?? 'unknown';
        const { icon: Icon, ink, word } = stateLooks[state];
        return (
          <li key={`${connector} ${task}`}>
            <Link
              href={paths.connector(connector)}
              title={`${connector}, task ${task}: ${word}`}
              className="inline-flex max-w-64 items-center gap-1 rounded border px-1.5 py-0.5 text-xs hover:bg-raised"
            >
              <Icon aria-hidden className={classes('size-3 shrink-0', ink)} />
              <span className="truncate">{connector}</span>
              <span className="text-muted">{task}</span>
              <span className="sr-only">{word}</span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
