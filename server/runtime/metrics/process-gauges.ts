import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { MetricGroup } from './metric-group.ts';
import { SampledStat } from './sampled-stat.ts';

/** Each look wakes an idle process. */
const resolutionMs = 20;
const readMs = 1_000;

/** What the main thread of this worker has to bear: how late its event loop runs, and its memory. */
export class ProcessGauges {
  readonly #delays = monitorEventLoopDelay({ resolution: resolutionMs });
  readonly #mean = new SampledStat();
  readonly #longest = new SampledStat();
  #timer: NodeJS.Timeout | undefined;

  start(): void {
    if (this.#timer !== undefined) return;
    this.#delays.enable();
    this.#timer = setInterval(() => this.#read(), readMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#delays.disable();
  }

  group(now: number): MetricGroup {
    const { rss, heapUsed } = process.memoryUsage();
    return {
      domain: 'millrace',
      type: 'worker-metrics',
      tags: {},
      attributes: {
        'event-loop-lag-avg-ms': this.#mean.average(now),
        'event-loop-lag-max-ms': this.#longest.maximum(now),
        'memory-rss-bytes': rss,
        'memory-heap-used-bytes': heapUsed,
      },
    };
  }

  /** What the histogram holds are times between two turns, which are a resolution apart when all is well. */
  #read(): void {
    const now = Date.now();
    if (this.#delays.count > 0) {
      this.#mean.record(lag(this.#delays.mean), now);
      this.#longest.record(lag(this.#delays.max), now);
    }
    this.#delays.reset();
  }
}

function lag(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e6 - resolutionMs);
}
