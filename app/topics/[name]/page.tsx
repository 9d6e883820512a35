import type { Metadata } from 'next';
import { decodeSegment, type RecordsChoice } from '../../../components/paths.ts';
import { connectorsQuery } from '../../../components/queries/connectors.ts';
import { topicQuery } from '../../../components/queries/topics.ts';
import { TopicPage } from '../../../components/topics/topic-page.tsx';
import { loadConnectors } from '../../../server/console/connectors/load-connectors.ts';
import { loadTopic } from '../../../server/console/topics/load-topics.ts';
import { Prefetched } from '../../_prefetched.tsx';

interface Props {
  readonly params: Promise<{ name: string }>;
  readonly searchParams: Promise<Readonly<Record<string, string | readonly string[] | undefined>>>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeSegment((await params).name) };
}

/** Records are read by the browser: they may take long, and the API decides who may see them. */
export default async function Page({ params, searchParams }: Props) {
  const name = decodeSegment((await params).name);
  return (
    <Prefetched
      queries={[
        { query: topicQuery(name), load: () => loadTopic(name) },
        { query: connectorsQuery, load: loadConnectors },
      ]}
    >
      <TopicPage name={name} choice={parseChoice(await searchParams)} />
    </Prefetched>
  );
}

/** What does not look right is left out here, and what the API does not take it refuses with the reason. */
function parseChoice(query: Awaited<Props['searchParams']>): RecordsChoice {
  const number = (text: unknown): number | undefined =>
    typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
  const [partition, limit] = [number(query.partition), number(query.limit)];
  return {
    ...(partition === undefined ? {} : { partition }),
    ...(typeof query.from === 'string' && query.from !== 'newest' ? { from: query.from } : {}),
    ...(limit === undefined ? {} : { limit }),
  };
}
