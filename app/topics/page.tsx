import type { Metadata } from 'next';
import { topicsQuery } from '../../components/queries/topics.ts';
import { TopicsPage } from '../../components/topics/topics-page.tsx';
import { loadTopics } from '../../server/console/topics/load-topics.ts';
import { Prefetched } from '../_prefetched.tsx';

export const metadata: Metadata = { title: 'Topics' };

export default function Page() {
  return (
    <Prefetched queries={[{ query: topicsQuery, load: () => loadTopics() }]}>
      <TopicsPage />
    </Prefetched>
  );
}
