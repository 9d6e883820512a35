'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Inbox } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import type { TopicRecords as Found, TopicDetail } from '../../server/entities/console-topic.ts';
import { paths, type RecordsChoice } from '../paths.ts';
import { QueryFailure } from '../queries/query-failure.tsx';
import { topicRecordsQuery } from '../queries/topics.ts';
import { buttonLook } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { classes } from '../ui/classes.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { RecordChooser } from './record-chooser.tsx';
import type { ContentFormat } from './record-content.ts';
import { RecordRow, recordColumns } from './record-row.tsx';

const formats: readonly { readonly value: ContentFormat; readonly label: string }[] = [
  { value: 'auto', label: 'Auto' },
  { value: 'text', label: 'Text' },
  { value: 'json', label: 'JSON' },
  { value: 'hex', label: 'Hex' },
];

interface TopicRecordsProps {
  readonly topic: TopicDetail;
  readonly choice: RecordsChoice;
}

/** A look at what is in the topic: read only, without a group, and never kept. */
export function TopicRecords({ topic, choice }: TopicRecordsProps) {
  const [format, setFormat] = useState<ContentFormat>('auto');
  const query = useQuery({ ...topicRecordsQuery(topic.name, choice), placeholderData: keepPreviousData });
  const { data, error, refetch } = query;
  return (
    <Card title="Records" bodyClassName="p-0">
      <div className="flex flex-wrap items-end justify-between gap-3 border-b px-4 py-3">
        <RecordChooser topic={topic} choice={choice} />
        <Segmented label="Show keys and values as" options={formats} value={format} onChange={setFormat} />
      </div>
      {error !== null ? (
        <div className="p-4">
          <QueryFailure title="Records cannot be read" error={error} onRetry={() => void refetch()} />
        </div>
      ) : data === undefined ? (
        <div role="status" aria-label="Reading records" className="p-4">
          <Skeleton className="h-40" />
        </div>
      ) : (
        <Records topic={topic.name} choice={choice} found={data} format={format} />
      )}
    </Card>
  );
}

interface RecordsProps {
  readonly topic: string;
  readonly choice: RecordsChoice;
  readonly found: Found;
  readonly format: ContentFormat;
}

function Records({ topic, choice, found, format }: RecordsProps) {
  const { records, ended } = found;
  if (records.length === 0) {
    return (
      <div className="p-4">
        {ended === 'end of topic' ? (
          <EmptyState icon={Inbox} title="No records here">
            {choice.from === undefined || choice.from === 'earliest'
              ? 'The topic holds none at present, or only ones of transactions that are not committed.'
              : 'There is nothing from there to the end. Choose an earlier start.'}
          </EmptyState>
        ) : (
          <EmptyState icon={Inbox} title="No record was found in time">
            Reading stopped before the first one. Choose one partition, or a later start.
          </EmptyState>
        )}
      </div>
    );
  }
  const last = records.at(-1);
  const isForward = choice.from !== undefined;
  return (
    <>
      <div
        aria-hidden
        className={classes(recordColumns, 'hidden border-b py-2 pr-4 pl-8 text-muted text-xs lg:grid')}
      >
        <span>Time, partition:offset</span>
        <span>Key</span>
        <span>Value</span>
      </div>
      <ul aria-label="Records">
        {records.map((record) => (
          <RecordRow
            key={`${record.partition} ${record.offset}`}
            topic={topic}
            record={record}
            format={format}
          />
        ))}
      </ul>
      <div className="flex min-h-12 flex-wrap items-center justify-between gap-2 border-t px-4 py-2 text-muted text-sm">
        <p aria-live="polite">
          {records.length} {records.length === 1 ? 'record' : 'records'}, {endings[ended]}
        </p>
        {isForward && choice.partition !== undefined && ended !== 'end of topic' && last !== undefined && (
          <Link
            href={paths.topic(topic, { ...choice, from: `offset:${last.offset + 1}` })}
            scroll={false}
            className={buttonLook()}
          >
            Later records
          </Link>
        )}
      </div>
    </>
  );
}

const endings: Readonly<Record<Found['ended'], string>> = {
  'end of topic': 'all there are',
  limit: 'as many as asked for',
  bytes: 'no more because they are large',
  time: 'no more were found in time',
};
