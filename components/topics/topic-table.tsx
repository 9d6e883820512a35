import Link from 'next/link';
import { memo } from 'react';
import type { TopicSummary } from '../../server/entities/console-topic.ts';
import { paths } from '../paths.ts';
import { Tag } from '../ui/tag.tsx';

const headCell = 'px-3 py-2 text-left font-medium text-muted text-xs';
const cell = 'px-3 py-2 align-top';

export function TopicTable({ topics }: { readonly topics: readonly TopicSummary[] }) {
  return (
    <div className="rounded-md border bg-surface">
      <table className="w-full table-fixed border-collapse text-sm">
        <thead className="border-b">
          <tr>
            <th scope="col" className={headCell}>
              Topic
            </th>
            <th scope="col" className={`${headCell} w-24 text-right`}>
              Partitions
            </th>
            <th scope="col" className={`${headCell} w-24 text-right`}>
              Replicas
            </th>
          </tr>
        </thead>
        <tbody>
          {topics.map((topic) => (
            <TopicRow key={topic.name} topic={topic} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Of a thousand topics a search leaves most rows as they are. */
const TopicRow = memo(function TopicRow({ topic }: { readonly topic: TopicSummary }) {
  const { name, internal, partitions, replicationFactor } = topic;
  return (
    <tr className="relative border-b last:border-b-0 hover:bg-raised/60">
      <td className={cell}>
        <Link
          href={paths.topic(name)}
          className="break-all font-medium after:absolute after:inset-0 hover:underline"
        >
          {name}
        </Link>
        {internal && <Tag className="ml-2">internal</Tag>}
      </td>
      <td className={`${cell} text-right`}>{partitions}</td>
      <td className={`${cell} text-right`}>{replicationFactor}</td>
    </tr>
  );
});
