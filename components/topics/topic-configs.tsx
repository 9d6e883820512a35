import { EyeOff } from 'lucide-react';
import type { TopicConfig } from '../../server/entities/console-topic.ts';
import { Card } from '../ui/card.tsx';

/** What was set for the topic; all else behind a line that unfolds. */
export function TopicConfigs({ configs }: { readonly configs: readonly TopicConfig[] }) {
  const own = configs.filter(({ source }) => source === 'topic');
  const others = configs.filter(({ source }) => source !== 'topic');
  return (
    <Card title="Config" bodyClassName="p-0">
      {own.length === 0 ? (
        <p className="px-4 py-3 text-muted text-sm">Nothing was set for this topic.</p>
      ) : (
        <ConfigList configs={own} />
      )}
      {others.length > 0 && (
        <details className="border-t">
          <summary className="px-4 py-2.5 text-sm">
            {others.length} more, as the brokers or Kafka have them
          </summary>
          <div className="border-t">
            <ConfigList configs={others} />
          </div>
        </details>
      )}
    </Card>
  );
}

function ConfigList({ configs }: { readonly configs: readonly TopicConfig[] }) {
  return (
    <dl className="font-mono text-xs">
      {configs.map(({ name, value, source, sensitive }) => (
        <div
          key={name}
          className="grid gap-x-4 border-b px-4 py-2 last:border-b-0 sm:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]"
        >
          <dt className="break-all text-muted">{name}</dt>
          <dd className="whitespace-pre-wrap break-all">
            {sensitive ? (
              <span className="inline-flex items-center gap-1.5 text-muted">
                <EyeOff aria-hidden className="size-3.5" />
                not shown
              </span>
            ) : (
              <>
                {value === null || value === '' ? <span className="text-muted">empty</span> : value}
                {source === 'broker' && <span className="text-muted"> · set for all topics</span>}
              </>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
