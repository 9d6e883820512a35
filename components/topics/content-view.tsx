'use client';

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { RecordContent } from '../../server/entities/console-topic.ts';
import { describeError } from '../queries/describe-error.ts';
import { wholeRecordBytes, wholeRecordQuery } from '../queries/topics.ts';
import { Button } from '../ui/button.tsx';
import { type ContentFormat, showContent } from './record-content.ts';

/** What is shown of a long text before somebody asks for more. */
const firstCharacters = 2000;

interface ContentViewProps {
  readonly title: string;
  readonly content: RecordContent;
  readonly format: ContentFormat;
  readonly at: { readonly topic: string; readonly partition: number; readonly offset: number };
  readonly part: 'key' | 'value';
}

/** A key or value: its beginning, on demand all of it. Always text, never markup. */
export function ContentView({ title, content, format, at, part }: ContentViewProps) {
  const [isMoreWanted, setIsMoreWanted] = useState(false);
  const whole = useQuery({
    ...wholeRecordQuery(at.topic, at.partition, at.offset),
    enabled: isMoreWanted && content?.isCut === true,
  });
  const found = whole.data?.records.find(({ offset }) => offset === at.offset)?.[part];
  const shown = found ?? content;
  if (shown === null) return <Small title={title}>null</Small>;
  if (shown.size === 0) return <Small title={title}>empty</Small>;
  const { text, format: shownFormat } = showContent(shown, format);
  const isLong = text.length > firstCharacters || shown.isCut;
  const cut = isMoreWanted ? text : text.slice(0, firstCharacters);
  return (
    <div>
      <h3 className="mb-1 text-muted text-xs">
        {title} · {sizeText(shown.size)} · {names[shownFormat]}
      </h3>
      <pre className="whitespace-pre-wrap break-all rounded-md border bg-surface p-3 font-mono text-xs">
        {cut}
        {(cut.length < text.length || shown.isCut) && <span className="text-muted">…</span>}
      </pre>
      {isLong && (
        <div className="mt-2 flex flex-wrap items-center gap-3 text-muted text-sm">
          <Button
            onClick={() => setIsMoreWanted(!isMoreWanted)}
            aria-expanded={isMoreWanted}
            reason={whole.isFetching ? 'Reading' : null}
          >
            {isMoreWanted ? 'Show less' : 'Show more'}
          </Button>
          {isMoreWanted && whole.error !== null && (
            <span role="alert">{describeError(whole.error).message}</span>
          )}
          {isMoreWanted && whole.data !== undefined && found === undefined && (
            <span role="alert">The record is no longer there.</span>
          )}
          {isMoreWanted && found?.isCut === true && (
            <span>The first {sizeText(wholeRecordBytes)} of it.</span>
          )}
        </div>
      )}
    </div>
  );
}

const names = { text: 'text', json: 'JSON', hex: 'bytes' } as const;

function Small({ title, children }: { readonly title: string; readonly children: string }) {
  return (
    <div>
      <h3 className="mb-1 text-muted text-xs">{title}</h3>
      <span className="font-mono text-muted text-xs italic">{children}</span>
    </div>
  );
}

function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KiB`;
  return `${(bytes / (1024 * 1024)).toFixed(1)} MiB`;
}
