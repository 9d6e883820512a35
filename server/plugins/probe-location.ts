import { Worker as Thread } from 'node:worker_threads';
import { messageOf } from '../errors/connect-error.ts';
import type { PluginLocation } from './plugin-location.ts';

const heapMb = 256;

/**
 * Tries the modules of a location in a thread of their own, within the bound: why they cannot be used, or null. Never
 * rejects. What they print is dropped.
 */
export async function probeLocation(location: PluginLocation, timeoutMs: number): Promise<string | null> {
  const thread = new Thread(new URL('./probe-thread.ts', import.meta.url), {
    workerData: location,
    name: 'plugin probe',
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  });
  thread.stdout.resume();
  thread.stderr.resume();
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<string | null>((resolve) => {
      thread.on('message', ({ reason }: { readonly reason: string | null }) => resolve(reason));
      thread.on('messageerror', () => resolve('it could not be told whether it can be loaded'));
      thread.on('error', (error) => resolve(`an error was not caught: ${messageOf(error)}`));
      thread.on('exit', (code) => resolve(`it ended its thread with exit code ${code} while it was loaded`));
      timer = setTimeout(() => resolve(`it was not loaded within ${timeoutMs} ms`), timeoutMs);
    });
  } finally {
    clearTimeout(timer);
    await thread.terminate();
  }
}
