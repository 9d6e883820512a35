import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../errors/connect-error.ts';
import { loadLocation } from './load-location.ts';
import type { PluginLocation } from './plugin-location.ts';

/** Entry of a thread in which a stranger's modules are tried: it can hang or end here and nobody minds. */
const location: PluginLocation = workerData;
try {
  await loadLocation(location);
  parentPort?.postMessage({ reason: null });
} catch (error) {
  parentPort?.postMessage({ reason: messageOf(error) });
}
