'use client';

import { useState } from 'react';
import type { RecordContent, TopicRecord } from '../../server/entities/console-topic.ts';
import { classes } from '../ui/classes.ts';
import { formatTimestamp } from '../ui/format.ts';
import { Tag } from '../ui/tag.tsx';
import { useHydrated } from '../ui/use-hydrated.ts';
import { ContentView } from './content-view.tsx';
import { type ContentFormat, previewOf } from './record-content.ts';

export const recordColumns =
  'gap-x-4 sm:grid-cols-[14rem_minmax(0,1fr)] lg:grid-cols-[14rem_minmax(0,14rem)_minmax(0,1fr)]';

interface RecordRowProps {
  readonly topic: string;
  readonly record: TopicRecord;
  readonly format: ContentFormat;
}

/** A line a record; unfolded it shows everything. */
export function RecordRow({ topic, record, format }: RecordRowProps) {
  const [isOpen, setIsOpen] = useState(false);
  const { partition, offset, key, value } = record;
  return (
    <li className="border-b last:border-b-0">
      <details onToggle={(event) => setIsOpen(event.currentTarget.open)}>
        <summary className="px-4 py-2 hover:bg-raised/60">
          <span
            className={classes(
              recordColumns,
              'inline-grid w-[calc(100%-1.25rem)] items-baseline align-top text-sm',
            )}
          >
            <span className="tabular text-muted text-xs">
              <RecordTime at={record.timestamp} />{' '}
              <span
                className="whitespace-nowrap font-mono"
                title={`Partition ${partition}, offset ${offset}`}
              >
                {partition}:{offset}
              </span>
            </span>
            <Preview what="Key" content={key} format={format} />
            <span className="flex min-w-0 items-baseline gap-2">
              {value === null && key !== null ? (
                <Tombstone />
              ) : (
                <Preview what="Value" content={value} format={format} />
              )}
            </span>
          </span>
        </summary>
        {isOpen && <WholeRecord topic={topic} record={record} format={format} />}
      </details>
    </li>
  );
}

function WholeRecord({ topic, record, format }: RecordRowProps) {
  const { partition, offset, key, value, headers, timestampType } = record;
  const at = { topic, partition, offset };
  return (
    <div className="grid gap-3 border-t bg-canvas/60 px-4 py-3">
      <ContentView title="Key" content={key} format={format} at={at} part="key" />
      {value === null && key !== null ? (
        <div>
          <h3 className="mb-1 text-muted text-xs">Value</h3>
          <Tombstone />{' '}
          <span className="text-muted text-sm">In a compacted topic this deletes what had the key.</span>
        </div>
      ) : (
        <ContentView title="Value" content={value} format={format} at={at} part="value" />
      )}
      {headers.length > 0 && (
        <div>
          <h3 className="mb-1 text-muted text-xs">Headers ({headers.length})</h3>
          <dl className="rounded-md border bg-surface font-mono text-xs">
            {[...headers.entries()].map(([place, header]) => (
              <div
                key={place}
                className="grid gap-x-4 border-b px-3 py-1.5 last:border-b-0 sm:grid-cols-[minmax(0,1fr)_minmax(0,3fr)]"
              >
                <dt className="break-all text-muted">{header.key}</dt>
                <dd className="break-all">
                  <Inline content={header.value} format={format} />
                </dd>
              </div>
            ))}
          </dl>
        </div>
      )}
      <p className="text-muted text-xs">
        Partition {partition}, offset {offset}
        {timestampType === 'LogAppendTime' && ', time set by the broker'}
        {timestampType === 'CreateTime' && ', time set by the producer'}
      </p>
    </div>
  );
}

function RecordTime({ at }: { readonly at: number | null }) {
  const isHydrated = useHydrated();
  if (at === null) return <span>no time</span>;
  return (
    <time
      key={isHydrated ? 'browser' : 'server'}
      suppressHydrationWarning
      dateTime={new Date(at).toISOString()}
      className="whitespace-nowrap"
    >
      {formatTimestamp(at)}
    </time>
  );
}

interface PreviewProps {
  readonly what: 'Key' | 'Value';
  readonly content: RecordContent;
  readonly format: ContentFormat;
}

function Preview({ what, content, format }: PreviewProps) {
  return (
    <span className="min-w-0 truncate font-mono text-xs">
      <span className="sr-only">{what}: </span>
      <Inline content={content} format={format} isPreview />
    </span>
  );
}

interface InlineProps {
  readonly content: RecordContent;
  readonly format: ContentFormat;
  readonly isPreview?: boolean;
}

function Inline({ content, format, isPreview = false }: InlineProps) {
  if (content === null) return <span className="text-muted italic">null</span>;
  if (content.size === 0) return <span className="text-muted italic">empty</span>;
  return previewOf(content, format, isPreview ? 160 : 2000);
}

function Tombstone() {
  return <Tag>null · tombstone</Tag>;
}
