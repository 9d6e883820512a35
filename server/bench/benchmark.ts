/** Whose figures these are: a Java process or one of ours. */
export type Kind = 'java' | 'millrace';

export interface Figure {
  readonly kind: Kind;
  readonly scenario: string;
  readonly figure: string;
  readonly value: number;
}

/** What a figure should reach. */
export interface Goal {
  readonly text: string;
  /** Null when there is nothing to compare with. `ratio` is Millrace divided by Java. */
  readonly met: (value: number, ratio: number | null) => boolean | null;
}

export interface Benchmark {
  readonly run: (options: BenchmarkOptions, figures: Figures) => Promise<void>;
  /** By the figure's name. */
  readonly goals: Readonly<Record<string, Goal>>;
}

export function ratioAtLeast(limit: number): Goal {
  return { text: `ratio >= ${limit}`, met: (_value, ratio) => (ratio === null ? null : ratio >= limit) };
}

export function ratioAtMost(limit: number): Goal {
  return { text: `ratio <= ${limit}`, met: (_value, ratio) => (ratio === null ? null : ratio <= limit) };
}

export function atLeast(limit: number): Goal {
  return { text: `>= ${limit.toLocaleString('en')}`, met: (value) => value >= limit };
}

export function atMost(limit: number): Goal {
  return { text: `<= ${limit.toLocaleString('en')}`, met: (value) => value <= limit };
}

/** The flags of `npm run bench`. */
export interface BenchmarkOptions {
  readonly kinds: readonly Kind[];
  /** 1: full size. */
  readonly scale: number;
  /** Whether a scenario's name contains every word of `--only`. */
  readonly wants: (scenario: string) => boolean;
}

/** Collects what a benchmark measured and prints each figure as it comes. */
export class Figures {
  readonly all: Figure[] = [];

  add(kind: Kind, scenario: string, figure: string, value: number): void {
    this.all.push({ kind, scenario, figure, value });
    const text = value.toLocaleString('en', { maximumFractionDigits: 2 });
    console.log(`${kind.padEnd(9)} ${scenario.padEnd(50)} ${figure.padEnd(16)} ${text}`);
  }
}
