'use client';

import { useQuery } from '@tanstack/react-query';
import { Plus, SearchX } from 'lucide-react';
import Link from 'next/link';
import type { ConfigField, PluginDetail } from '../../server/entities/console-plugin.ts';
import { apiPaths, type PluginChoice, paths } from '../paths.ts';
import { isNotFound } from '../queries/describe-error.ts';
import { pluginQuery } from '../queries/plugins.ts';
import { QueryFailure } from '../queries/query-failure.tsx';
import { buttonLook } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { linkText } from '../ui/link-text.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { PageSkeleton } from '../ui/skeleton.tsx';
import { Tag } from '../ui/tag.tsx';

/** What a plugin is and every key it has, without using it. */
export function PluginPage({
  className,
  choice,
}: {
  readonly className: string;
  readonly choice: PluginChoice;
}) {
  const { data, error, refetch } = useQuery(pluginQuery(className, choice));
  if (error !== null && isNotFound(error)) {
    return (
      <EmptyState
        isPage
        icon={SearchX}
        title="Not in the catalog"
        actions={
          <Link href={paths.catalog} className={buttonLook()}>
            Browse the catalog
          </Link>
        }
      >
        This worker has no plugin <span className="break-all font-mono">{className}</span>.
      </EmptyState>
    );
  }
  if (data === undefined) {
    return error === null ? (
      <PageSkeleton />
    ) : (
      <QueryFailure isPage error={error} onRetry={() => void refetch()} />
    );
  }
  const isConnector = data.type === 'source' || data.type === 'sink';
  const own = data.fields.filter((field) => field.own);
  const others = data.fields.filter((field) => !field.own);
  return (
    <>
      <PageHeader
        above={
          <Link href={paths.catalog} className={linkText}>
            Catalog
          </Link>
        }
        title={data.title}
        below={data.summary}
        actions={
          isConnector ? (
            <Link href={paths.newConnectorOf(data.className)} className={buttonLook({ look: 'primary' })}>
              <Plus aria-hidden className="size-4" />
              Set up
            </Link>
          ) : null
        }
      />
      <dl className="mb-5 grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1.5 text-sm">
        <dt className="text-muted">Class</dt>
        <dd className="break-all font-mono text-xs">{data.className}</dd>
        <dt className="text-muted">Kind</dt>
        <dd>
          {data.type.replace('_', ' ')}, {data.system}
        </dd>
        <dt className="text-muted">{data.versions.length > 1 ? 'Versions' : 'Version'}</dt>
        <dd>
          <VersionLinks detail={data} />
        </dd>
        <dt className="text-muted">Support</dt>
        <dd>{data.support}</dd>
        <dt className="text-muted">Verified with</dt>
        <dd>{data.verified === '' ? 'nothing yet' : data.verified}</dd>
        <dt className="text-muted">Location</dt>
        <dd className="break-all">
          {data.location === null ? (
            'comes with Millrace'
          ) : (
            <span className="font-mono text-xs">{data.location}</span>
          )}
        </dd>
        <dt className="text-muted">Documentation</dt>
        <dd>
          <a
            href={apiPaths.pluginDocumentation(data.className, { type: data.type, version: data.version })}
            className={linkText}
          >
            Markdown
          </a>
          {', '}
          <a
            href={apiPaths.plugin(data.className, { type: data.type, version: data.version })}
            className={linkText}
          >
            JSON
          </a>
        </dd>
      </dl>
      <Card title={`Settings of its own (${own.length})`} bodyClassName="p-0">
        <FieldList fields={own} />
      </Card>
      {others.length > 0 && (
        <details className="mt-4 rounded-md border bg-surface">
          <summary className="px-4 py-3 font-semibold">
            Settings of every {data.type} ({others.length})
          </summary>
          <div className="border-t">
            <FieldList fields={others} />
          </div>
        </details>
      )}
    </>
  );
}

/** Every installed version, the one that is shown without a link. */
function VersionLinks({ detail }: { readonly detail: PluginDetail }) {
  return (
    <ul className="flex flex-wrap gap-x-3">
      {detail.versions.map((version) => (
        <li key={version}>
          {version === detail.version ? (
            <span aria-current={detail.versions.length > 1 ? 'page' : undefined}>{version}</span>
          ) : (
            <Link href={paths.plugin(detail.className, { type: detail.type, version })} className={linkText}>
              {version}
            </Link>
          )}
        </li>
      ))}
    </ul>
  );
}

function FieldList({ fields }: { readonly fields: readonly ConfigField[] }) {
  return (
    <ul>
      {fields.map((field) => (
        <FieldDocumentation key={field.name} field={field} />
      ))}
    </ul>
  );
}

function FieldDocumentation({ field }: { readonly field: ConfigField }) {
  return (
    <li className="border-b px-4 py-3 last:border-b-0">
      <div className="flex flex-wrap items-center gap-2">
        <h3 className="break-all font-medium font-mono text-sm">{field.name}</h3>
        <Tag>{field.type.toLowerCase()}</Tag>
        {field.required ? <Tag className="text-ink">required</Tag> : null}
        <Tag>{field.importance.toLowerCase()} importance</Tag>
      </div>
      <p className="mt-1 max-w-prose text-sm">{field.documentation}</p>
      {!field.required && (
        <p className="mt-0.5 text-muted text-sm">
          Default: <span className="font-mono text-xs">{field.defaultValue ?? 'none'}</span>
        </p>
      )}
    </li>
  );
}
