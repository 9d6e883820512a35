import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface BrokerProcess {
  readonly child: ChildProcess;
  readonly port: number;
  readonly bootstrap: string;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

/** A broker as a process of its own, for tests that kill it; ended with the test. `port` 0 for any. */
export async function spawnSampleBroker(port: number, dataDir: string): Promise<BrokerProcess> {
  const program = join(import.meta.dirname, 'sample-broker-process.ts');
  const child = spawn(process.execPath, [program, `${port}`, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  onTestFinished(kill);
  const [line] = (await Promise.race([
    once(child.stdout, 'data'),
    exited.then(() => Promise.reject(new Error(`the broker on ${dataDir} ended at its start`))),
  ])) as [Buffer];
  const bootstrap = line.toString().trim();
  return { child, bootstrap, port: Number(bootstrap.split(':')[1]), kill };
}
