import type { TopicDetail, TopicPartition } from '../../server/entities/console-topic.ts';
import { Card } from '../ui/card.tsx';
import { Tag } from '../ui/tag.tsx';

const headCell = 'px-4 py-2 text-left font-medium text-muted text-xs';
const cell = 'px-4 py-2 align-top';

export function TopicPartitions({ topic }: { readonly topic: TopicDetail }) {
  return (
    <Card title={`Partitions (${topic.partitions})`} bodyClassName="p-0">
      <table className="w-full border-collapse text-sm">
        <thead className="border-b">
          <tr>
            <th scope="col" className={headCell}>
              Number
            </th>
            <th scope="col" className={`${headCell} text-right`}>
              First offset
            </th>
            <th scope="col" className={`${headCell} text-right`}>
              Next offset
            </th>
            <th scope="col" className={`${headCell} hidden sm:table-cell`}>
              Leader
            </th>
            <th scope="col" className={`${headCell} hidden sm:table-cell`}>
              Replicas
            </th>
          </tr>
        </thead>
        <tbody>
          {topic.partitionDetails.map((partition) => (
            <PartitionRow key={partition.partition} partition={partition} />
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function PartitionRow({ partition: at }: { readonly partition: TopicPartition }) {
  const missing = at.replicas.filter((replica) => !at.isr.includes(replica));
  return (
    <tr className="border-b last:border-b-0">
      <td className={cell}>
        {at.partition}
        {at.leader < 0 && <Tag className="ml-2 text-failed">no leader</Tag>}
      </td>
      <td className={`${cell} text-right font-mono text-xs`}>{offsetText(at.earliestOffset)}</td>
      <td className={`${cell} text-right font-mono text-xs`}>{offsetText(at.latestOffset)}</td>
      <td className={`${cell} hidden sm:table-cell`}>{at.leader < 0 ? '–' : at.leader}</td>
      <td className={`${cell} hidden sm:table-cell`}>
        {at.replicas.join(', ')}
        {missing.length > 0 && <Tag className="ml-2 text-degraded">not in sync: {missing.join(', ')}</Tag>}
      </td>
    </tr>
  );
}

function offsetText(offset: number): string {
  return offset < 0 ? '–' : String(offset);
}
