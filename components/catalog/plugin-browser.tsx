'use client';

import { useQuery } from '@tanstack/react-query';
import { ArrowDownToLine, ArrowUpFromLine, LibraryBig, Search, SearchX } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import type { PluginSummary } from '../../server/entities/console-plugin.ts';
import { pluginsQuery } from '../queries/plugins.ts';
import { QueryFailure } from '../queries/query-failure.tsx';
import { classes } from '../ui/classes.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { PageSkeleton } from '../ui/skeleton.tsx';
import { Tag } from '../ui/tag.tsx';
import { textInput } from '../ui/text-input.ts';
import { filterPlugins, type PluginKind } from './filter-plugins.ts';

const kinds: readonly { value: PluginKind; label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'source', label: 'Sources' },
  { value: 'sink', label: 'Sinks' },
];

/** The connectors that are installed; a choice leads to `hrefOf` it. */
export function PluginBrowser({ hrefOf }: { readonly hrefOf: (className: string) => string }) {
  const { data, error, refetch } = useQuery(pluginsQuery);
  const [text, setText] = useState('');
  const [kind, setKind] = useState<PluginKind>('all');
  if (data === undefined) {
    return error === null ? <PageSkeleton /> : <QueryFailure error={error} onRetry={() => void refetch()} />;
  }
  if (data.plugins.length === 0) {
    return (
      <EmptyState icon={LibraryBig} title="No connector is installed">
        The worker’s catalog is empty.
      </EmptyState>
    );
  }
  const matching = filterPlugins(data.plugins, text, kind);
  return (
    <>
      <div className="mb-4 flex flex-wrap gap-3">
        <div className="relative min-w-48 max-w-sm flex-1">
          <Search aria-hidden className="pointer-events-none absolute top-2.5 left-3 size-4 text-muted" />
          <input
            type="search"
            aria-label="Search the catalog"
            placeholder="Search the catalog"
            value={text}
            onChange={(event) => setText(event.target.value)}
            className={classes(textInput, 'pl-9')}
          />
        </div>
        <Segmented label="Kind of connector" options={kinds} value={kind} onChange={setKind} />
      </div>
      <p aria-live="polite" className="sr-only">
        {matching.length} connectors
      </p>
      {matching.length === 0 ? (
        <EmptyState icon={SearchX} title="Nothing in the catalog fits">
          Search by what it reads from or writes to: file, database, queue.
        </EmptyState>
      ) : (
        <ul className="grid gap-4 md:grid-cols-2 xl:grid-cols-3">
          {matching.map((plugin) => (
            <PluginCard key={plugin.className} plugin={plugin} href={hrefOf(plugin.className)} />
          ))}
        </ul>
      )}
    </>
  );
}

function PluginCard({ plugin, href }: { readonly plugin: PluginSummary; readonly href: string }) {
  const { title, summary, type, system, support, version, simpleName } = plugin;
  const Icon = type === 'source' ? ArrowDownToLine : ArrowUpFromLine;
  return (
    <li className="relative flex flex-col rounded-md border bg-surface p-4 hover:border-line-strong">
      <div className="flex items-start gap-3">
        <span className="rounded-md border bg-raised p-2 text-accent">
          <Icon aria-hidden className="size-5" strokeWidth={1.7} />
        </span>
        <div className="min-w-0">
          <h2 className="font-semibold">
            <Link href={href} className="after:absolute after:inset-0 hover:underline">
              {title}
            </Link>
          </h2>
          <p className="truncate font-mono text-muted text-xs" title={plugin.className}>
            {simpleName}
          </p>
        </div>
      </div>
      <p className="mt-3 flex-1 text-sm">{summary}</p>
      <p className="mt-4 flex flex-wrap gap-1.5">
        <Tag>{type}</Tag>
        <Tag>{system}</Tag>
        <Tag>{support}</Tag>
        <Tag>v{version}</Tag>
      </p>
    </li>
  );
}
