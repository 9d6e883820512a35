'use client';

import { useRouter } from 'next/navigation';
import { useId, useState } from 'react';
import type { TopicDetail } from '../../server/entities/console-topic.ts';
import { paths, type RecordsChoice } from '../paths.ts';
import { Button } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import { textInput } from '../ui/text-input.ts';

type Start = 'newest' | 'earliest' | 'offset' | 'time';

const starts: readonly { readonly value: Start; readonly label: string }[] = [
  { value: 'newest', label: 'Newest first' },
  { value: 'earliest', label: 'From the beginning' },
  { value: 'offset', label: 'From an offset' },
  { value: 'time', label: 'From a time' },
];
const limits = [20, 50, 200, 500];
const usualLimit = 50;

const selectLook = classes(textInput, 'w-auto py-0 text-sm');

interface RecordChooserProps {
  readonly topic: TopicDetail;
  readonly choice: RecordsChoice;
}

/** Which records: the choice is the address, so that it can be shared and gone back to. */
export function RecordChooser({ topic, choice: shown }: RecordChooserProps) {
  const router = useRouter();
  // The address follows a moment after a choice; until then the next choice builds on this one.
  const address = JSON.stringify(shown);
  const [wish, setWish] = useState({ address, choice: shown });
  const choice = wish.address === address ? wish.choice : shown;
  const id = useId();
  const [chosenStart, place] = startOf(choice.from);
  // An offset or time is being typed: nothing is read until it is there.
  const [draft, setDraft] = useState<{ readonly start: Start; readonly text: string } | null>(null);
  const start = draft?.start ?? chosenStart;
  const text = draft?.text ?? (chosenStart === 'time' ? localTime(place) : place);
  const from = start === 'offset' || start === 'time' ? fromOf(start, text) : null;

  function go(change: { [Key in keyof RecordsChoice]: RecordsChoice[Key] | undefined }): void {
    const { partition, from: next, limit } = { ...choice, ...change };
    const chosen: RecordsChoice = {
      ...(partition === undefined ? {} : { partition }),
      ...(next === undefined ? {} : { from: next }),
      ...(limit === undefined || limit === usualLimit ? {} : { limit }),
    };
    setDraft(null);
    setWish({ address, choice: chosen });
    router.push(paths.topic(topic.name, chosen), { scroll: false });
  }

  function chooseStart(next: Start): void {
    if (next === 'newest') go({ from: undefined });
    else if (next === 'earliest') go({ from: 'earliest' });
    else setDraft({ start: next, text: '' });
  }

  return (
    <form
      aria-label="Which records"
      className="flex flex-wrap items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (from !== null) go({ from });
      }}
    >
      <label className="grid gap-1 text-muted text-xs" htmlFor={`${id}-partition`}>
        Partition
        <select
          id={`${id}-partition`}
          className={selectLook}
          value={choice.partition ?? 'all'}
          onChange={({ target }) =>
            go({ partition: target.value === 'all' ? undefined : Number(target.value) })
          }
        >
          <option value="all">All</option>
          {topic.partitionDetails.map(({ partition }) => (
            <option key={partition} value={partition}>
              {partition}
            </option>
          ))}
        </select>
      </label>
      <label className="grid gap-1 text-muted text-xs" htmlFor={`${id}-start`}>
        Start
        <select
          id={`${id}-start`}
          className={selectLook}
          value={start}
          onChange={({ target }) => {
            const chosen = starts.find(({ value }) => value === target.value);
            if (chosen !== undefined) chooseStart(chosen.value);
          }}
        >
          {starts.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      {(start === 'offset' || start === 'time') && (
        <>
          <label className="grid gap-1 text-muted text-xs" htmlFor={`${id}-place`}>
            {start === 'offset' ? 'Offset' : 'Time'}
            <input
              id={`${id}-place`}
              className={classes(textInput, 'w-auto text-sm', start === 'offset' && 'w-36')}
              type={start === 'offset' ? 'text' : 'datetime-local'}
              inputMode={start === 'offset' ? 'numeric' : undefined}
              step={start === 'time' ? 1 : undefined}
              autoComplete="off"
              value={text}
              onChange={({ target }) => setDraft({ start, text: target.value })}
            />
          </label>
          <Button
            type="submit"
            size="large"
            reason={from === null ? `Give ${start === 'offset' ? 'an offset' : 'a time'} first` : null}
          >
            Read
          </Button>
        </>
      )}
      <label className="grid gap-1 text-muted text-xs" htmlFor={`${id}-limit`}>
        At most
        <select
          id={`${id}-limit`}
          className={selectLook}
          value={choice.limit ?? usualLimit}
          onChange={({ target }) => go({ limit: Number(target.value) })}
        >
          {[...new Set([...limits, choice.limit ?? usualLimit])]
            .toSorted((a, b) => a - b)
            .map((limit) => (
              <option key={limit} value={limit}>
                {limit}
              </option>
            ))}
        </select>
      </label>
    </form>
  );
}

function startOf(from: string | undefined): readonly [Start, string] {
  const [kind = '', place = ''] = (from ?? 'newest').split(':');
  return [starts.find(({ value }) => value === kind)?.value ?? 'newest', place];
}

/** null while it is not complete. */
function fromOf(start: 'offset' | 'time', text: string): string | null {
  if (start === 'offset') return /^\d{1,15}$/.test(text.trim()) ? `offset:${text.trim()}` : null;
  const time = new Date(text).getTime();
  return text === '' || Number.isNaN(time) || time < 0 ? null : `time:${time}`;
}

/** Milliseconds since the epoch as `datetime-local` wants them: the reader's time, without its zone. */
function localTime(milliseconds: string): string {
  const at = new Date(Number(milliseconds));
  if (milliseconds === '' || Number.isNaN(at.getTime())) return '';
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
