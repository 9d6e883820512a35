'use client';

import { useQuery } from '@tanstack/react-query';
import { LibraryBig, Search, SearchX } from 'lucide-react';
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
import { BrokenPackages } from './broken-packages.tsx';
import { filterPlugins, type PluginKind } from './filter-plugins.ts';
import { PluginIcon } from './plugin-icon.tsx';

const connectorKinds: readonly { value: PluginKind; label: string }[] = [
  { value: 'connectors', label: 'All' },
  { value: 'source', label: 'Sources' },
  { value: 'sink', label: 'Sinks' },
];

const allKinds: readonly { value: PluginKind; label: string }[] = [
  { value: 'connectors', label: 'Connectors' },
  { value: 'source', label: 'Sources' },
  { value: 'sink', label: 'Sinks' },
  { value: 'converter', label: 'Converters' },
  { value: 'transformation', label: 'Transforms' },
];

interface PluginBrowserProps {
  readonly hrefOf: (plugin: PluginSummary) => string;
  /** Converters and transforms too, and packages that are broken. */
  readonly showsAll?: boolean;
}

/** The plugins that are installed; a choice leads to `hrefOf` it. */
export function PluginBrowser({ hrefOf, showsAll = false }: PluginBrowserProps) {
  const { data, error, refetch } = useQuery(pluginsQuery);
  const [text, setText] = useState('');
  const [kind, setKind] = useState<PluginKind>('connectors');
  if (data === undefined) {
    return error === null ? <PageSkeleton /> : <QueryFailure error={error} onRetry={() => void refetch()} />;
  }
  const all = showsAll ? [...data.plugins, ...data.others] : data.plugins;
  if (all.length === 0) {
    return (
      <EmptyState icon={LibraryBig} title="No connector is installed">
        The worker’s catalog is empty.
      </EmptyState>
    );
  }
  const matching = filterPlugins(all, text, kind);
  return (
    <>
      {showsAll && <BrokenPackages packages={data.broken} />}
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
        <div className="max-w-full overflow-x-auto">
          <Segmented
            label="Kind of plugin"
            options={showsAll ? allKinds : connectorKinds}
            value={kind}
            onChange={setKind}
          />
        </div>
      </div>
      <p aria-live="polite" className="sr-only">
        {matching.length} plugins
      </p>
      {matching.length === 0 ? (
        <EmptyState icon={SearchX} title="Nothing in the catalog fits">
          Search by what it reads from or writes to: file, database, queue.
        </EmptyState>
      ) : (
        <ul className="grid gap-4 md:grid-cols-2 xl:grid-cols-3">
          {matching.map((plugin) => (
            <PluginCard
              key={`${plugin.type} ${plugin.className}`}
              plugin={plugin}
              href={hrefOf(plugin)}
              showsOrigin={showsAll}
            />
          ))}
        </ul>
      )}
    </>
  );
}

interface PluginCardProps {
  readonly plugin: PluginSummary;
  readonly href: string;
  /** Versions and place. */
  readonly showsOrigin: boolean;
}

function PluginCard({ plugin, href, showsOrigin }: PluginCardProps) {
  const { title, summary, type, system, support, version, versions, simpleName, location } = plugin;
  return (
    <li className="relative flex min-w-0 flex-col rounded-md border bg-surface p-4 hover:border-line-strong">
      <div className="flex items-start gap-3">
        <PluginIcon icon={plugin.icon} />
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
      <p className="mt-3 flex-1 break-words text-sm">{summary}</p>
      <p className="mt-4 flex flex-wrap gap-1.5">
        <Tag>{type.replace('_', ' ')}</Tag>
        <Tag>{system}</Tag>
        <Tag>{support}</Tag>
        <Tag>v{version}</Tag>
        {showsOrigin && versions.length > 1 && <Tag>{versions.length} versions</Tag>}
        {showsOrigin && location !== null && <Tag className="text-ink">installed</Tag>}
      </p>
    </li>
  );
}
