'use client';

import { useQuery } from '@tanstack/react-query';
import { SearchX } from 'lucide-react';
import Link from 'next/link';
import type { ConnectorDetail } from '../../server/entities/console-connector.ts';
import { type ConnectorTab, connectorTabs, paths } from '../paths.ts';
import { connectorQuery } from '../queries/connectors.ts';
import { isNotFound } from '../queries/describe-error.ts';
import { QueryFailure } from '../queries/query-failure.tsx';
import { StateBadge } from '../state/state-badge.tsx';
import { buttonLook } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import { Elapsed } from '../ui/elapsed.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { linkText } from '../ui/link-text.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { PageSkeleton } from '../ui/skeleton.tsx';
import { ConfigView } from './config-view.tsx';
import { ConnectorActions } from './connector-actions.tsx';
import { ConnectorFigures } from './connector-figures.tsx';
import { Explainer } from './explainer.tsx';
import { OffsetsView } from './offsets-view.tsx';
import { TaskList } from './task-list.tsx';
import { Timeline } from './timeline.tsx';
import { TopicsView } from './topics-view.tsx';

interface ConnectorPageProps {
  readonly name: string;
  readonly tab: ConnectorTab;
}

export function ConnectorPage({ name, tab }: ConnectorPageProps) {
  const { data, error, refetch } = useQuery(connectorQuery(name));
  if (error !== null && isNotFound(error)) return <NoSuchConnector name={name} />;
  if (data === undefined) {
    return error === null ? (
      <PageSkeleton />
    ) : (
      <QueryFailure isPage error={error} onRetry={() => void refetch()} />
    );
  }
  return (
    <>
      <PageHeader
        above={
          <Link href={paths.connectors()} className={linkText}>
            Connectors
          </Link>
        }
        title={
          <span className="inline-flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="break-all">{data.name}</span>
            <StateBadge state={data.health.state} title={data.health.message} />
          </span>
        }
        below={
          <>
            <Link href={paths.plugin(data.className)} className={linkText}>
              {data.pluginTitle}
            </Link>
            {data.version !== null && ` · v${data.version}`} · in this state for{' '}
            <Elapsed since={data.since} />
          </>
        }
        actions={<ConnectorActions connector={data} />}
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <Explainer connector={data} />
        <ConnectorFigures connector={data} />
        <div>
          <Tabs name={name} current={tab} />
          <TabBody connector={data} tab={tab} />
        </div>
      </div>
    </>
  );
}

const tabTitles: Readonly<Record<ConnectorTab, string>> = {
  tasks: 'Tasks',
  config: 'Config',
  topics: 'Topics',
  offsets: 'Offsets',
  timeline: 'Timeline',
};

function Tabs({ name, current }: { readonly name: string; readonly current: ConnectorTab }) {
  return (
    <nav aria-label="Views of this connector" className="mb-4 overflow-x-auto border-b">
      <ul className="flex gap-1">
        {connectorTabs.map((tab) => (
          <li key={tab}>
            <Link
              href={paths.connector(name, tab)}
              scroll={false}
              aria-current={tab === current ? 'page' : undefined}
              className={classes(
                '-mb-px block border-b-2 px-3 py-2 -outline-offset-2',
                tab === current
                  ? 'border-accent font-medium'
                  : 'border-transparent text-muted hover:border-line-strong hover:text-ink',
              )}
            >
              {tabTitles[tab]}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function TabBody({ connector, tab }: { readonly connector: ConnectorDetail; readonly tab: ConnectorTab }) {
  switch (tab) {
    case 'tasks':
      return <TaskList connector={connector} />;
    case 'config':
      return <ConfigView connector={connector} />;
    case 'topics':
      return <TopicsView connector={connector} />;
    case 'offsets':
      return <OffsetsView name={connector.name} />;
    case 'timeline':
      return <Timeline name={connector.name} />;
  }
}

export function NoSuchConnector({ name }: { readonly name: string }) {
  return (
    <EmptyState
      isPage
      icon={SearchX}
      title="No such connector"
      actions={
        <Link href={paths.connectors()} className={buttonLook()}>
          All connectors
        </Link>
      }
    >
      There is no connector <span className="break-all font-mono">{name}</span>. It may have been deleted.
    </EmptyState>
  );
}
