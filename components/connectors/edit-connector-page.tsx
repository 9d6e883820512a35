'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { ConnectorDetail } from '../../server/entities/console-connector.ts';
import { ConfigForm } from '../config-form/config-form.tsx';
import { paths } from '../paths.ts';
import { connectorQuery, updateConnector } from '../queries/connectors.ts';
import { isNotFound } from '../queries/describe-error.ts';
import { configFormQuery } from '../queries/plugins.ts';
import { QueryFailure } from '../queries/query-failure.tsx';
import { linkText } from '../ui/link-text.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { PageSkeleton } from '../ui/skeleton.tsx';
import { useToasts } from '../ui/toasts.tsx';
import { NoSuchConnector } from './connector-page.tsx';

export function EditConnectorPage({ name }: { readonly name: string }) {
  const { data, error, refetch } = useQuery(connectorQuery(name));
  if (error !== null && isNotFound(error)) return <NoSuchConnector name={name} />;
  if (data === undefined) {
    return error === null ? (
      <PageSkeleton />
    ) : (
      <QueryFailure isPage error={error} onRetry={() => void refetch()} />
    );
  }
  return <EditConnectorForm connector={data} />;
}

function EditConnectorForm({ connector }: { readonly connector: ConnectorDetail }) {
  // News of the connector must not change what is being edited under somebody's hands.
  const [original] = useState(connector.config);
  const { name, className, pluginTitle } = connector;
  const router = useRouter();
  const client = useQueryClient();
  const toasts = useToasts();
  const { data: answer, error, refetch } = useQuery(configFormQuery(className, name, original));
  return (
    <>
      <PageHeader
        above={
          <Link href={paths.connector(name)} className={linkText}>
            {name}
          </Link>
        }
        title="Edit config"
        below={pluginTitle}
      />
      {answer === undefined ? (
        error === null ? (
          <PageSkeleton />
        ) : (
          <QueryFailure error={error} onRetry={() => void refetch()} />
        )
      ) : (
        <ConfigForm
          className={className}
          pluginTitle={pluginTitle}
          connector={name}
          original={original}
          initialDocument={original}
          initialAnswer={answer}
          submitLabel="Save config"
          onSubmit={async (document) => {
            await updateConnector(name, document);
            await client.invalidateQueries({ queryKey: ['connector', name] });
            toasts.add({ title: 'Config saved', description: name });
            router.push(paths.connector(name, 'config'));
          }}
        />
      )}
    </>
  );
}
