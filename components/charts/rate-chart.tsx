import type { Overview } from '../../server/entities/console-overview.ts';
import { formatRate } from '../ui/format.ts';

const width = 600;
const height = 150;
const spanMs = 15 * 60 * 1000;

/** Two lines over fifteen minutes. The figures beside it say the same in text, so it is hidden from screen readers. */
export function RateChart({ samples }: { readonly samples: Overview['throughput'] }) {
  const end = samples.at(-1)?.at ?? 0;
  const top = niceCeiling(Math.max(1, ...samples.map(({ source, sink }) => Math.max(source, sink))));
  const x = (at: number) => width - ((end - at) / spanMs) * width;
  const y = (value: number) => height - (value / top) * (height - 4);
  const line = (pick: (sample: Overview['throughput'][number]) => number) =>
    samples.map((sample) => `${x(sample.at).toFixed(1)},${y(pick(sample)).toFixed(1)}`).join(' ');
  const first = samples[0];
  const source = line((sample) => sample.source);
  return (
    <div aria-hidden className="relative flex min-h-40 flex-1 flex-col">
      <svg
        aria-hidden="true"
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        className="block min-h-0 w-full flex-1 basis-36"
      >
        {[0, 0.5, 1].map((share) => (
          <line
            key={share}
            x1="0"
            x2={width}
            y1={y(top * share)}
            y2={y(top * share)}
            stroke="var(--line)"
            vectorEffect="non-scaling-stroke"
          />
        ))}
        {first !== undefined && (
          <>
            <polygon
              points={`${x(first.at).toFixed(1)},${height} ${source} ${width},${height}`}
              fill="var(--flow-in)"
              opacity="0.12"
            />
            <polyline
              points={source}
              fill="none"
              stroke="var(--flow-in)"
              strokeWidth="2.5"
              vectorEffect="non-scaling-stroke"
            />
            <polyline
              points={line((sample) => sample.sink)}
              fill="none"
              stroke="var(--flow-out)"
              strokeWidth="1.5"
              vectorEffect="non-scaling-stroke"
            />
          </>
        )}
      </svg>
      <span className="tabular absolute top-0 left-0 bg-surface/80 pr-1 text-muted text-xs">
        {formatRate(top)}
      </span>
      <div className="mt-1 flex justify-between text-muted text-xs">
        <span>15 min ago</span>
        <span>now</span>
      </div>
    </div>
  );
}

/** One of few round steps: an axis that does not move with every sample. */
export function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.5, 2, 3, 4, 5, 7.5, 10].find((factor) => factor * power >= value) ?? 10;
  return step * power;
}
