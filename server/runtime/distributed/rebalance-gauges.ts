import type { HerderEvents } from '../herder-events.ts';
import type { MetricGroup } from '../metrics/metric-group.ts';
import { SampledStat } from '../metrics/sampled-stat.ts';
import type { WorkerGroup } from './worker-group.ts';

const protocols = { default: 'EAGER', compatible: 'COMPATIBLE', sessioned: 'SESSIONED' } as const;

/** How often the worker group met with this worker in it, and how long that took. */
export class RebalanceGauges {
  readonly #durations = new SampledStat();
  #completed = 0;
  #lastAt: number | null = null;

  constructor(events: Pick<HerderEvents, 'subscribe'>) {
    events.subscribe(({ at, event }) => {
      if (event.kind !== 'rebalance') return;
      this.#completed++;
      this.#lastAt = at;
      this.#durations.record(event.durationMs, at);
    });
  }

  group(
    {
      generation,
      isRejoinNeeded,
      leaderUrl,
      protocol,
      round,
    }: Pick<WorkerGroup, 'generation' | 'isRejoinNeeded' | 'leaderUrl' | 'protocol' | 'round'>,
    now: number,
  ): MetricGroup {
    return {
      domain: 'kafka.connect',
      type: 'connect-worker-rebalance-metrics',
      tags: {},
      attributes: {
        'connect-protocol': protocol === null ? '' : protocols[protocol],
        'leader-name': leaderUrl ?? '',
        epoch: generation,
        'completed-rebalances-total': this.#completed,
        rebalancing: isRejoinNeeded || round !== null ? 1 : 0,
        'rebalance-max-time-ms': this.#durations.maximum(now),
        'rebalance-avg-time-ms': this.#durations.average(now),
        'time-since-last-rebalance-ms':
          this.#lastAt === null ? Number.POSITIVE_INFINITY : Math.max(0, now - this.#lastAt),
      },
    };
  }
}
