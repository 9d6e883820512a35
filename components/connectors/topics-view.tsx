import { Inbox } from 'lucide-react';
import Link from 'next/link';
import type { ConnectorDetail } from '../../server/entities/console-connector.ts';
import { paths } from '../paths.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { linkText } from '../ui/link-text.ts';

export function TopicsView({ connector }: { readonly connector: ConnectorDetail }) {
  const { topics, type } = connector;
  if (topics.length === 0) {
    return (
      <EmptyState icon={Inbox} title="No topic used yet">
        A topic appears here when a task has{' '}
        {type === 'sink' ? 'read its first record from' : 'written its first record to'} it.
      </EmptyState>
    );
  }
  return (
    <>
      <p className="mb-2 text-muted text-sm">
        Topics that its tasks have {type === 'sink' ? 'read from' : 'written to'} since the connector was
        created.
      </p>
      <ul aria-label="Topics" className="rounded-md border bg-surface">
        {topics.map((topic) => (
          <li key={topic} className="break-all border-b px-4 py-2 font-mono text-xs last:border-b-0">
            <Link href={paths.topic(topic)} className={linkText}>
              {topic}
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}
