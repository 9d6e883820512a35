import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fetchApacheKafka } from '../../testing/apache-kafka/java.ts';

export interface ToolOutcome {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

export interface JavaTools {
  /** Runs a tool's main class to its end. Orders are worked off one after the other. */
  run(main: string, args: readonly string[], input?: string): Promise<ToolOutcome>;
  stop(): void;
}

/** Far above what a tool takes, also on a busy machine. */
const longestMs = 90_000;

/** Kafka's command-line tools in one virtual machine, since starting one for each tool takes seconds. */
export async function startJavaTools(): Promise<JavaTools> {
  const jars = await fetchApacheKafka();
  const source = join(import.meta.dirname, 'RunTools.java');
  const jvm = ['-XX:TieredStopAtLevel=1', '-Xmx512m', '-cp', join(jars, '*')];
  const child = spawn('java', [...jvm, source], { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting: ((answer: ToolOutcome | null) => void)[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    // Before its streams are in place, the virtual machine may have words of its own.
    if (line.startsWith('{')) waiting.shift()?.(JSON.parse(line) as ToolOutcome);
  });
  const killWithUs = (): boolean => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  child.once('exit', () => {
    for (const answer of waiting.splice(0)) answer(null);
  });
  return {
    async run(main, args, input = '') {
      const answered = new Promise<ToolOutcome | null>((done) => waiting.push(done));
      child.stdin.write(`${JSON.stringify({ main, args, input })}\n`);
      const overdue = setTimeout(() => child.kill('SIGKILL'), longestMs);
      const outcome = await answered;
      clearTimeout(overdue);
      if (outcome === null)
        throw new Error(`the virtual machine ended while ${main} ran, or it took too long`);
      return outcome;
    },
    stop() {
      process.off('exit', killWithUs);
      child.kill('SIGKILL');
    },
  };
}
