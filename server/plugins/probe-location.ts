import { Worker as Thread } from 'node:worker_threads';
import { messageOf } from '../errors/connect-error.ts';
import type { ConfigProviderPlugin } from '../plugin-api/config-provider.ts';
import type { Plugin } from '../plugin-api/plugin.ts';
import type { PluginLocation } from './plugin-location.ts';

/** A plugin by its name. */
export interface PluginListing {
  readonly className: string;
  readonly type: (Plugin | ConfigProviderPlugin)['type'];
  readonly version: string;
}

export type ProbeAnswer =
  | { readonly kind: 'works'; readonly plugins: readonly PluginListing[] }
  | { readonly kind: 'broken'; readonly reason: string };

const heapMb = 256;

/**
 * Tries the modules of a location in a thread of their own, within the bound. Never rejects. What they print is
 * dropped, and nothing of them is left running.
 */
export async function probeLocation(location: PluginLocation, timeoutMs: number): Promise<ProbeAnswer> {
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
    return await new Promise<ProbeAnswer>((resolve) => {
      const broken = (reason: string) => resolve({ kind: 'broken', reason });
      thread.on('message', (answer: ProbeAnswer) => resolve(answer));
      thread.on('messageerror', () => broken('it could not be told whether it can be loaded'));
      thread.on('error', (error) => broken(`an error was not caught: ${messageOf(error)}`));
      thread.on('exit', (code) => broken(`it ended its thread with exit code ${code} while it was loaded`));
      timer = setTimeout(() => broken(`it was not loaded within ${timeoutMs} ms`), timeoutMs);
    });
  } finally {
    clearTimeout(timer);
    await thread.terminate();
  }
}
