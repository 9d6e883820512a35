import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Figure, Goal } from './benchmark.ts';

/** Prints the ratios as a Markdown table and writes all figures as JSON with date and machine. */
export async function writeReport(
  name: string,
  figures: readonly Figure[],
  goals: Readonly<Record<string, Goal>>,
): Promise<void> {
  const rows = figures
    .filter((figure) => figure.kind === 'millrace')
    .map((ours) => {
      const java = figures.find(
        (f) => f.kind === 'java' && f.scenario === ours.scenario && f.figure === ours.figure,
      );
      const ratio = java === undefined ? null : ours.value / java.value;
      const goal = goals[ours.figure];
      return {
        scenario: ours.scenario,
        figure: ours.figure,
        java: java?.value ?? null,
        millrace: ours.value,
        ratio,
        goal: goal?.text ?? null,
        met: goal?.met(ours.value, ratio) ?? null,
      };
    });
  console.log(
    '\n| scenario | figure | Java | Millrace | Millrace / Java | goal | met |\n|---|---|---|---|---|---|---|',
  );
  for (const row of rows) {
    const cells = [
      row.scenario,
      row.figure,
      row.java === null ? '–' : round(row.java),
      round(row.millrace),
      row.ratio === null ? '–' : row.ratio.toFixed(2),
      row.goal ?? '–',
      row.met === null ? '–' : row.met ? 'yes' : 'no',
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
  const date = new Date().toISOString();
  const folder = join(import.meta.dirname, 'results');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${name}-${date.slice(0, 16).replace(':', '')}.json`);
  await writeFile(file, `${JSON.stringify({ date, machine: machine(), rows }, null, 2)}\n`);
  console.log(`\nwritten to ${file}`);
}

function round(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 2 : 0 });
}

function machine(): Readonly<Record<string, string | number>> {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    java: execFileSync('java', ['--version'], { encoding: 'utf8' }).split('\n')[0] ?? '',
    kafka: '4.3.1',
  };
}
