import type { TopicBrowser } from '../kafka/ports/topic-browser.ts';
import type { PluginCatalogue } from '../plugins/plugin-catalogue.ts';
import type { Herder } from './herder.ts';
import type { SecretVault } from './vault/secret-vault.ts';

/**
 * The running worker as the console's pages find it. It sits on `globalThis` under one symbol, because the bundler
 * gives pages a module graph of their own. Set by the composition root before the pages are served.
 */
export interface WorkerHandle {
  readonly herder: Herder;
  readonly catalogue: Pick<PluginCatalogue, 'list' | 'find' | 'versions' | 'locationOf' | 'broken'>;
  /** Looks into the topics of the worker's own Kafka; there in standalone mode too. */
  readonly topics: TopicBrowser;
  /** null: this worker has no vault. */
  readonly vault: Pick<SecretVault, 'list' | 'put' | 'delete' | 'rewrap'> | null;
  readonly kafka: { readonly bootstrap: string; readonly embedded: boolean };
  /** Of Connect REST, such as `http://localhost:8083`. */
  readonly restUrl: string;
  readonly mode: 'standalone' | 'distributed';
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Why the worker could not start; null while it starts and when it runs. */
  readonly startError: string | null;
}

const key = Symbol.for('millrace.worker');

type Carrier = { [key]?: WorkerHandle };

export function getWorkerHandle(): WorkerHandle | null {
  return (globalThis as Carrier)[key] ?? null;
}

export function setWorkerHandle(handle: WorkerHandle | null): void {
  const carrier = globalThis as Carrier;
  if (handle === null) delete carrier[key];
  else carrier[key] = handle;
}
