'use client';

import type { Overview } from '../../server/entities/console-overview.ts';
import { RateChart } from '../charts/rate-chart.tsx';
import { Card } from '../ui/card.tsx';
import { formatRate } from '../ui/format.ts';

interface ThroughputCardProps {
  readonly counts: NonNullable<Overview['counts']>;
  readonly samples: Overview['throughput'];
}

export function ThroughputCard({ counts, samples }: ThroughputCardProps) {
  return (
    <Card
      title="Throughput"
      className="flex flex-col"
      bodyClassName="flex flex-1 flex-col"
      aside={<span className="text-muted text-sm">last 15 minutes</span>}
    >
      <dl className="mb-3 flex gap-8">
        <Figure label="into Kafka" value={counts.sourceRecordsPerSecond} swatch="bg-flow-in" />
        <Figure label="out of Kafka" value={counts.sinkRecordsPerSecond} swatch="bg-flow-out" />
      </dl>
      <RateChart samples={samples} />
    </Card>
  );
}

interface FigureProps {
  readonly label: string;
  readonly value: number;
  readonly swatch: string;
}

function Figure({ label, value, swatch }: FigureProps) {
  return (
    <div>
      <dt className="flex items-center gap-2 text-muted text-sm">
        <span aria-hidden className={`h-0.5 w-3 ${swatch}`} />
        {label}
      </dt>
      <dd className="tabular font-semibold text-lg">
        {formatRate(value)} <span className="font-normal text-muted text-sm">rec/s</span>
      </dd>
    </div>
  );
}
