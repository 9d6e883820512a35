import { parentPort, workerData } from 'node:worker_threads';
import { loadLocation, reasonOf } from './load-location.ts';
import type { PluginLocation } from './plugin-location.ts';
import type { ProbeAnswer } from './probe-location.ts';

/** Entry of a thread in which a stranger's modules are tried: it can hang or end here and nobody minds. */
const location: PluginLocation = workerData;
parentPort?.postMessage(await answer());

async function answer(): Promise<ProbeAnswer> {
  try {
    const { plugins, configProviders } = await loadLocation(location);
    return {
      kind: 'works',
      plugins: [...plugins, ...configProviders].map(({ className, type, version }) => ({
        className,
        type,
        version,
      })),
    };
  } catch (error) {
    return { kind: 'broken', reason: reasonOf(error) };
  }
}
