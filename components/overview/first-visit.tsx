import { BookOpen, FilePlus2, type LucideIcon, Plug } from 'lucide-react';
import Link from 'next/link';
import type { ClusterState } from '../../server/entities/console-cluster.ts';
import { paths } from '../paths.ts';

interface Step {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly text: string;
  readonly href: string | null;
  readonly link: string | null;
}

/** For somebody who has no connector yet: three ways to go on. */
export function FirstVisit({ cluster }: { readonly cluster: ClusterState }) {
  const steps: readonly Step[] = [
    {
      icon: FilePlus2,
      title: 'Try it with a file',
      text: 'Watch a text file: every line that is appended becomes a record in a topic. Nothing else is needed.',
      href: paths.newConnectorOf('org.apache.kafka.connect.file.FileStreamSourceConnector'),
      link: 'Set up a FileStream source',
    },
    {
      icon: BookOpen,
      title: 'Add a connector',
      text: 'Choose a source or sink from the catalog and fill in a form drawn from its own settings.',
      href: paths.newConnector,
      link: 'Choose from the catalog',
    },
    {
      icon: Plug,
      title: cluster.kafka?.embedded === false ? 'Your Kafka is connected' : 'Use your own Kafka',
      text:
        cluster.kafka?.embedded === false
          ? `This worker uses ${cluster.kafka.bootstrap}. Existing Connect clients reach it at ${cluster.restUrl ?? 'its REST port'}.`
          : 'This is the embedded broker, for trying out. Start with a worker.properties of yours to use your cluster: millrace start --config worker.properties',
      href: null,
      link: null,
    },
  ];
  return (
    <section aria-label="First steps" className="grid gap-4 md:grid-cols-3">
      {steps.map(({ icon: Icon, title, text, href, link }) => (
        <div
          key={title}
          className="relative flex flex-col rounded-md border bg-surface p-5 has-[a:hover]:border-line-strong"
        >
          <Icon aria-hidden className="mb-4 size-6 text-accent" strokeWidth={1.6} />
          <h2 className="font-semibold text-lg">{title}</h2>
          <p className="mt-1 break-words text-muted">{text}</p>
          {href !== null && (
            <Link
              href={href}
              className="mt-4 font-medium text-accent after:absolute after:inset-0 hover:underline"
            >
              {link}
            </Link>
          )}
        </div>
      ))}
    </section>
  );
}
