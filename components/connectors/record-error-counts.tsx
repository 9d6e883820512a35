import { TriangleAlert } from 'lucide-react';
import type { RecordErrors } from '../../server/entities/flow-metrics.ts';
import { Elapsed } from '../ui/elapsed.tsx';
import { formatCount } from '../ui/format.ts';

type Count = Exclude<keyof RecordErrors, 'lastErrorAt'>;

const counts: readonly { readonly name: Count; readonly label: string; readonly meaning: string }[] = [
  {
    name: 'failures',
    label: 'Failures',
    meaning: 'Attempts that failed, and records once more that failed for good',
  },
  { name: 'errors', label: 'Given up', meaning: 'Records that could not be converted or transformed' },
  { name: 'skipped', label: 'Skipped', meaning: 'Records that were left out (errors.tolerance)' },
  { name: 'retries', label: 'Retries', meaning: 'Attempts that were made again (errors.retry.timeout)' },
  { name: 'logged', label: 'Logged', meaning: 'Failures in the log (errors.log.enable)' },
  {
    name: 'deadLetters',
    label: 'Dead letters',
    meaning: 'Records sent to the dead letter queue (errors.deadletterqueue.topic.name)',
  },
  {
    name: 'deadLetterFailures',
    label: 'Dead letters not written',
    meaning: 'Records that the dead letter queue did not take',
  },
];

/** What became of records that failed in a task, since it started. Counts of nothing are left out. */
export function RecordErrorCounts({ errors }: { readonly errors: RecordErrors }) {
  return (
    <div className="mt-2 flex flex-wrap items-center gap-x-5 gap-y-1 text-sm">
      <span className="inline-flex items-center gap-1.5 font-medium text-degraded">
        <TriangleAlert aria-hidden className="size-4" />
        Records failed
      </span>
      <dl className="tabular flex flex-wrap gap-x-5 gap-y-1">
        {counts.map(({ name, label, meaning }) =>
          errors[name] === 0 ? null : (
            <div key={name} className="flex gap-1.5" title={meaning}>
              <dt className="text-muted">{label}</dt>
              <dd>{formatCount(errors[name])}</dd>
            </div>
          ),
        )}
        {errors.lastErrorAt !== null && (
          <div className="flex gap-1.5">
            <dt className="text-muted">Last</dt>
            <dd>
              <Elapsed since={errors.lastErrorAt} ago />
            </dd>
          </div>
        )}
      </dl>
    </div>
  );
}
