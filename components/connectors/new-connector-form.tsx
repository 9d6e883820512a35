'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { ConfigForm } from '../config-form/config-form.tsx';
import { paths } from '../paths.ts';
import { createConnector } from '../queries/connectors.ts';
import { configFormQuery, pluginQuery } from '../queries/plugins.ts';
import { QueryFailure } from '../queries/query-failure.tsx';
import { linkText } from '../ui/link-text.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { PageSkeleton } from '../ui/skeleton.tsx';
import { useToasts } from '../ui/toasts.tsx';
import { forgetPastedConfig, takePastedConfig } from './pasted-config.ts';

/** Second step: its settings. */
export function NewConnectorForm({ className }: { readonly className: string }) {
  const router = useRouter();
  const toasts = useToasts();
  const plugin = useQuery(pluginQuery(className));
  const form = useQuery(configFormQuery(className, null, newDocument(className)));
  const [pasted] = useState(() => (typeof window === 'undefined' ? null : takePastedConfig(className)));

  if (plugin.data === undefined || form.data === undefined) {
    const error = plugin.error ?? form.error;
    if (error === null) return <PageSkeleton />;
    return (
      <QueryFailure
        isPage
        error={error}
        onRetry={() => {
          void plugin.refetch();
          void form.refetch();
        }}
      />
    );
  }
  const { title, summary } = plugin.data;
  return (
    <>
      <PageHeader
        above={
          <Link href={paths.newConnector} className={linkText}>
            New connector
          </Link>
        }
        title={title}
        below={
          <>
            {summary}{' '}
            <Link href={paths.plugin(className)} className={linkText}>
              About this connector
            </Link>
          </>
        }
      />
      <ConfigForm
        className={className}
        pluginTitle={title}
        connector={null}
        original={newDocument(className)}
        initialDocument={pasted ?? newDocument(className)}
        initialAnswer={form.data}
        submitLabel="Create connector"
        onSubmit={async (document) => {
          const { name } = await createConnector({ 'connector.class': className, ...document });
          forgetPastedConfig();
          toasts.add({ title: 'Connector created', description: name });
          router.push(paths.connector(name));
        }}
      />
    </>
  );
}

export function newDocument(className: string) {
  return { 'connector.class': className };
}
