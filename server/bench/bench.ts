import { parseArgs } from 'node:util';
import { type Benchmark, type BenchmarkOptions, Figures, type Kind } from './benchmark.ts';
import { embeddedBrokerBenchmark } from './embedded-broker-benchmark.ts';
import { fileStreamBenchmark } from './file-stream-benchmark.ts';
import { kafkaClientBenchmark } from './kafka-client-benchmark.ts';
import { recordChainBenchmark } from './record-chain-benchmark.ts';
import { recordStageBenchmark } from './record-stage-benchmark.ts';
import { writeReport } from './report.ts';

/**
 * `npm run bench` runs every benchmark, `npm run bench -- kafka-client` the named ones. Nothing else may be busy.
 * `--only 'source 100 B String default'` runs the scenarios whose name contains every word of the filter;
 * `--scale 0.1` moves a tenth of the records; `--kinds millrace` leaves Java out (no ratios then).
 */

const benchmarks: Readonly<Record<string, Benchmark>> = {
  'kafka-client': kafkaClientBenchmark,
  'record-stages': recordStageBenchmark,
  'embedded-broker': embeddedBrokerBenchmark,
  'file-stream': fileStreamBenchmark,
  'record-chain': recordChainBenchmark,
};

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: '' },
    scale: { type: 'string', default: '1' },
    kinds: { type: 'string', default: 'java,millrace' },
  },
});
const options: BenchmarkOptions = {
  kinds: flags.kinds.split(',') as Kind[],
  scale: Number(flags.scale),
  wants: (scenario) => flags.only.split(' ').every((word) => scenario.includes(word)),
};

for (const name of positionals.length === 0 ? Object.keys(benchmarks) : positionals) {
  const benchmark = benchmarks[name];
  if (benchmark === undefined) {
    throw new Error(`no benchmark is called ${name}; there are ${Object.keys(benchmarks).join(', ')}`);
  }
  const figures = new Figures();
  await benchmark.run(options, figures);
  await writeReport(name, figures.all, benchmark.goals);
}
