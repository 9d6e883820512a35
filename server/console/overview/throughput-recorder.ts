import type { ThroughputSample } from '../../entities/console-overview.ts';
import type { Herder } from '../../runtime/herder.ts';

const sampleMs = 5000;
const keptSamples = 180;

export interface ThroughputRecorder {
  /** Oldest first. */
  samples(): readonly ThroughputSample[];
  stop(): void;
}

/** Adds up what tasks report into one curve for the overview: what no page was open for is on it as well. */
export function startThroughputRecorder(
  herder: Pick<Herder, 'events' | 'connectorInfo'>,
  now: () => number = Date.now,
): ThroughputRecorder {
  const lastRecords = new Map<string, number>();
  const moved = new Map<string, number>();
  const types = new Map<string, 'source' | 'sink' | 'unknown'>();
  let samples: ThroughputSample[] = [];
  let lastAt = now();

  const unsubscribe = herder.events.subscribe(({ event }) => {
    if (event.kind !== 'task-metrics') {
      if (event.kind === 'connector-config') types.delete(event.connector);
      return;
    }
    const key = `${event.connector}\0${event.task}`;
    const { records } = event.metrics;
    const before = lastRecords.get(key);
    lastRecords.set(key, records);
    // The first report may stand for hours before this recorder; a lower count is a task that started anew.
    if (before === undefined) return;
    moved.set(
      event.connector,
      (moved.get(event.connector) ?? 0) + (records >= before ? records - before : records),
    );
  });

  async function sample(): Promise<void> {
    const at = now();
    const seconds = Math.max(0.001, (at - lastAt) / 1000);
    lastAt = at;
    const counts = [...moved];
    moved.clear();
    const sums = { source: 0, sink: 0, unknown: 0 };
    for (const [connector, records] of counts) sums[await typeOf(connector)] += records;
    samples = [...samples, { at, source: sums.source / seconds, sink: sums.sink / seconds }].slice(
      -keptSamples,
    );
  }

  async function typeOf(connector: string) {
    const known = types.get(connector);
    if (known !== undefined) return known;
    try {
      const { type } = await herder.connectorInfo(connector);
      types.set(connector, type);
      return type;
    } catch {
      return 'unknown' as const;
    }
  }

  const timer = setInterval(() => void sample(), sampleMs);
  timer.unref();
  return {
    samples: () => samples,
    stop() {
      clearInterval(timer);
      unsubscribe();
    },
  };
}
