import type { State } from '../../storage/status-store.ts';
import type { SecretTexts } from '../config-providers/secret-texts.ts';
import type { ConnectorTaskId } from '../herder.ts';
import type { TaskGauges } from '../task/task-gauges.ts';
import type { MetricGroup } from './metric-group.ts';
import type { StateTimes } from './state-times.ts';
import type { TaskPlugins } from './task-plugins.ts';

export interface MeasuredTask {
  readonly id: ConnectorTaskId;
  readonly plugins: TaskPlugins;
  /** May be what a setting of the connector holds, and with it the names of its transformations. */
  readonly secrets: Pick<SecretTexts, 'hide'>;
  readonly times: StateTimes<State>;
  readonly gauges: TaskGauges;
}

/** What Java Connect registers for one task, and what it lacks. */
export function taskMetricGroups(
  { id, plugins, secrets, times, gauges }: MeasuredTask,
  now: number,
): MetricGroup[] {
  const tags = { connector: id.connector, task: String(id.task) };
  const group = (type: string, attributes: MetricGroup['attributes']): MetricGroup => ({
    domain: 'kafka.connect',
    type,
    tags,
    attributes,
  });
  const steps = plugins.steps.map(
    ({ kind, alias, className, version }): MetricGroup => ({
      domain: 'kafka.connect',
      type: `connector-${kind}-metrics`,
      tags: { ...tags, [kind]: secrets.hide(alias) },
      attributes: { [`${kind}-class`]: className, [`${kind}-version`]: version },
    }),
  );
  return [
    group('connector-task-metrics', {
      ...plugins.attributes,
      status: times.state.toLowerCase(),
      'running-ratio': times.ratio('RUNNING', now),
      'pause-ratio': times.ratio('PAUSED', now),
      ...commitAttributes(gauges, now),
      'batch-size-max': gauges.stats.batchSize.maximum(now),
      'batch-size-avg': gauges.stats.batchSize.average(now),
    }),
    plugins.type === 'source'
      ? group('source-task-metrics', sourceAttributes(gauges, now))
      : group('sink-task-metrics', sinkAttributes(gauges, now)),
    group('task-error-metrics', errorAttributes(gauges)),
    { domain: 'millrace', type: 'task-metrics', tags, attributes: ownAttributes(plugins.type, gauges, now) },
    ...steps,
  ];
}

function commitAttributes({ stats }: TaskGauges, now: number): MetricGroup['attributes'] {
  const share = stats.commitOutcome.average(now);
  const hasAny = !Number.isNaN(share);
  return {
    'offset-commit-max-time-ms': stats.commitTime.maximum(now),
    'offset-commit-avg-time-ms': stats.commitTime.average(now),
    'offset-commit-failure-percentage': hasAny ? 1 - share : 0,
    'offset-commit-success-percentage': hasAny ? share : 0,
  };
}

function sourceAttributes(gauges: TaskGauges, now: number): MetricGroup['attributes'] {
  const { stats } = gauges;
  return {
    'source-record-poll-rate': stats.taken.perSecond(now),
    'source-record-poll-total': gauges.taken,
    'source-record-write-rate': stats.moved.perSecond(now),
    'source-record-write-total': gauges.records,
    'poll-batch-max-time-ms': stats.callTime.maximum(now),
    'poll-batch-avg-time-ms': stats.callTime.average(now),
    'source-record-active-count': gauges.active,
    'source-record-active-count-max': stats.active.maximum(now),
    'source-record-active-count-avg': stats.active.average(now),
  };
}

function sinkAttributes(gauges: TaskGauges, now: number): MetricGroup['attributes'] {
  const { commits, stats } = gauges;
  return {
    'sink-record-read-rate': stats.taken.perSecond(now),
    'sink-record-read-total': gauges.taken,
    'sink-record-send-rate': stats.moved.perSecond(now),
    'sink-record-send-total': gauges.records,
    'partition-count': gauges.partitions,
    'offset-commit-seq-no': commits.begun,
    'offset-commit-completion-rate': stats.commitsDone.perSecond(now),
    'offset-commit-completion-total': commits.done,
    'offset-commit-skip-rate': stats.commitsSkipped.perSecond(now),
    'offset-commit-skip-total': commits.skipped,
    'put-batch-max-time-ms': stats.callTime.maximum(now),
    'put-batch-avg-time-ms': stats.callTime.average(now),
    'sink-record-active-count': gauges.active,
    'sink-record-active-count-max': stats.active.maximum(now),
    'sink-record-active-count-avg': stats.active.average(now),
  };
}

function errorAttributes({ errors }: TaskGauges): MetricGroup['attributes'] {
  return {
    'total-record-failures': errors.failures,
    'total-record-errors': errors.errors,
    'total-records-skipped': errors.skipped,
    'total-retries': errors.retries,
    'total-errors-logged': errors.logged,
    'deadletterqueue-produce-requests': errors.deadLetters,
    'deadletterqueue-produce-failures': errors.deadLetterFailures,
    'last-error-timestamp': errors.lastErrorAt ?? 0,
  };
}

/** What tells a task that is RUNNING but moves nothing from one that has nothing to do. */
function ownAttributes(
  type: TaskPlugins['type'],
  { lastRecordAt, callSince, lag }: TaskGauges,
  now: number,
): MetricGroup['attributes'] {
  const attributes: Record<string, number> = {
    'last-record-timestamp': lastRecordAt ?? 0,
    'current-call-time-ms': callSince === null ? 0 : Math.max(0, now - callSince),
  };
  if (type === 'sink') attributes['consumer-lag-records'] = lag ?? Number.NaN;
  return attributes;
}
