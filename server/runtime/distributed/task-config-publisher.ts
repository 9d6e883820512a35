import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, messageOf } from '../../errors/connect-error.ts';
import type { Log, Settings } from '../../plugin-api/source-connector.ts';
import type { ConfigSnapshot } from '../../storage/config-store.ts';
import type { Worker } from '../worker.ts';
import { atMost } from './bounded-wait.ts';

export interface TaskConfigPublisherOptions {
  readonly worker: Pick<Worker, 'taskConfigs' | 'isConnectorRunning'>;
  readonly snapshot: () => ConfigSnapshot;
  /** Writes them if that is still wanted; rejects when it must be tried again. */
  readonly publish: (connector: string, configs: readonly Settings[], signal: AbortSignal) => Promise<void>;
  readonly log: Log;
  readonly firstRetryMs?: number;
  readonly maxRetryMs?: number;
  readonly generationTimeoutMs?: number;
}

/** How long a new session key may be unknown to some worker. */
const keyChangeMs = 60_000;

interface Run {
  readonly cancel: AbortController;
  isAskedAgain: boolean;
}

/** Asks connectors for task configs when they may have changed, and publishes those that did; retries until it works. */
export class TaskConfigPublisher {
  readonly #options: TaskConfigPublisherOptions;
  readonly #runs = new Map<string, Run>();
  #isStopped = false;

  constructor(options: TaskConfigPublisherOptions) {
    this.#options = options;
  }

  request(connector: string): void {
    if (this.#isStopped) return;
    const running = this.#runs.get(connector);
    if (running !== undefined) {
      running.isAskedAgain = true;
      return;
    }
    const run = { cancel: new AbortController(), isAskedAgain: false };
    this.#runs.set(connector, run);
    void this.#run(connector, run);
  }

  /** The connector is no longer here. */
  cancel(connector: string): void {
    this.#runs.get(connector)?.cancel.abort();
    this.#runs.delete(connector);
  }

  stop(): void {
    this.#isStopped = true;
    for (const connector of [...this.#runs.keys()]) this.cancel(connector);
  }

  /** Never rejects. Whoever sees the run in the map can still ask it for another round. */
  async #run(connector: string, run: Run): Promise<void> {
    const { firstRetryMs = 250, maxRetryMs = 60_000, log } = this.#options;
    const { signal } = run.cancel;
    const beganAt = Date.now();
    let delayMs = firstRetryMs;
    do {
      run.isAskedAgain = false;
      try {
        await this.#publishOnce(connector, signal);
        delayMs = firstRetryMs;
      } catch (error) {
        if (signal.aborted) return;
        // The worker made the connector FAILED (too many tasks): only another config helps.
        if (!this.#options.worker.isConnectorRunning(connector)) continue;
        // Probably signed with a key that was replaced meanwhile.
        const isPassing = codeOf(error) === 'forbidden' && Date.now() - beganAt < keyChangeMs;
        log(
          isPassing ? 'debug' : 'error',
          `task configs of connector ${connector} could not be made, next attempt in ${delayMs} ms: ${messageOf(error)}`,
        );
        await sleep(delayMs, undefined, { signal }).catch(() => undefined);
        delayMs = Math.min(delayMs * 2, maxRetryMs);
        run.isAskedAgain = true;
      }
    } while (run.isAskedAgain && !signal.aborted);
    if (!signal.aborted) this.#runs.delete(connector);
  }

  async #publishOnce(connector: string, signal: AbortSignal): Promise<void> {
    const { worker, snapshot, publish, generationTimeoutMs = 90_000 } = this.#options;
    const isWanted = () =>
      !signal.aborted &&
      worker.isConnectorRunning(connector) &&
      snapshot().targetState(connector) === 'STARTED';
    if (!isWanted()) return;
    const what = `generating task configs for connector ${connector}`;
    const configs = await atMost(generationTimeoutMs, what, worker.taskConfigs(connector));
    if (!isWanted() || !areTaskConfigsChanged(snapshot(), connector, configs)) return;
    await publish(connector, configs, signal);
  }
}

/** Whether they differ from what is committed, or were committed for another config of the connector. */
export function areTaskConfigsChanged(
  snapshot: ConfigSnapshot,
  connector: string,
  configs: readonly Settings[],
): boolean {
  if (snapshot.inconsistentConnectors().includes(connector)) return true;
  if (snapshot.tasks(connector).length !== configs.length) return true;
  if (!isSame(snapshot.connectorConfig(connector), snapshot.appliedConnectorConfig(connector))) return true;
  return configs.some((config, task) => !isSame(config, snapshot.taskConfig(connector, task)));
}

function isSame(one: Settings | null, other: Settings | null): boolean {
  if (one === null || other === null) return one === other;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}
