import { ConnectError } from '../../errors/connect-error.ts';
import type { ConfigStore } from '../../storage/config-store.ts';
import { type PluginLookup, requireConnector } from '../plugin-lookup.ts';
import type { Worker } from '../worker.ts';
import type { HerderStage } from './herder-stage.ts';
import type { RequestQueue } from './request-queue.ts';

export interface ZombieFencingOptions {
  readonly configStore: Pick<ConfigStore, 'snapshot' | 'refresh' | 'putTaskCount'>;
  readonly plugins: PluginLookup;
  readonly queue: RequestQueue;
  readonly stage: HerderStage;
  readonly worker: Pick<Worker, 'fenceZombies'>;
  /** Throws what a worker answers that is not the leader. */
  readonly requireLeader: (what: string) => void;
  readonly timeoutMs?: number;
}

interface Round {
  /** Producers of earlier tasks; none: there can be no zombies. */
  readonly toFence: number;
  readonly tasks: number;
  readonly generation: number;
  readonly config: Readonly<Record<string, string>>;
}

const defaultTimeoutMs = 90_000;

/**
 * As leader: before tasks of a new set of task configs begin, the producers of all earlier ones are kept from writing;
 * the count of the new ones is then remembered for the next round (KIP-618).
 */
export class ZombieFencing {
  readonly #options: ZombieFencingOptions;
  /** Who comes meanwhile waits for the same round. */
  readonly #rounds = new Map<string, Promise<void>>();

  constructor(options: ZombieFencingOptions) {
    this.#options = options;
  }

  /** Rejects with `conflict` for a worker that does not lead, and when there are newer task configs at the end. */
  fence(connector: string): Promise<void> {
    const running = this.#rounds.get(connector);
    if (running !== undefined) return running;
    const round = this.#run(connector).finally(() => this.#rounds.delete(connector));
    this.#rounds.set(connector, round);
    return round;
  }

  async #run(connector: string): Promise<void> {
    const { queue, worker, timeoutMs = defaultTimeoutMs } = this.#options;
    const signal = AbortSignal.timeout(timeoutMs);
    const inTurn = { signal, afterRebalance: true };
    const round = await queue.submit(() => this.#begin(connector, signal), inTurn);
    if (round === null) return;
    if (round.toFence > 0) await worker.fenceZombies(connector, round.config, round.toFence, signal);
    await queue.submit(() => this.#end(connector, round, signal), inTurn);
  }

  /** null: nothing to do. */
  async #begin(connector: string, signal: AbortSignal): Promise<Round | null> {
    const { configStore, plugins } = this.#options;
    this.#requireLeader(connector);
    await this.#refresh(connector, signal);
    const configs = configStore.snapshot();
    const config = configs.connectorConfig(connector);
    if (config === null) throw new ConnectError('not-found', `Connector ${connector} not found`);
    if (requireConnector(plugins, config).type !== 'source') {
      throw new ConnectError('bad-request', `Connector ${connector} is not a source connector`);
    }
    if (!configs.isFencingPending(connector)) return null;
    const tasks = configs.tasks(connector).length;
    const earlier = configs.fencedTaskCount(connector) ?? 0;
    // A single task that stays a single task fences its predecessor by taking its id.
    const toFence = earlier === 1 && tasks === 1 ? 0 : earlier;
    return { toFence, tasks, generation: configs.taskConfigGeneration(connector), config };
  }

  async #end(connector: string, { generation, tasks }: Round, signal: AbortSignal): Promise<void> {
    const { configStore, stage } = this.#options;
    this.#requireLeader(connector);
    await this.#refresh(connector, signal);
    const configs = configStore.snapshot();
    if (configs.taskConfigGeneration(connector) > generation) {
      throw new ConnectError(
        'conflict',
        `Fencing of connector ${connector} failed because new task configurations were generated for it`,
      );
    }
    if (!configs.isFencingPending(connector)) return;
    await stage.run(`writing the task count of connector ${connector} to the config topic`, () =>
      configStore.putTaskCount(connector, tasks),
    );
  }

  async #refresh(connector: string, signal: AbortSignal): Promise<void> {
    const { configStore, stage } = this.#options;
    await stage.run(`reading to the end of the config topic before fencing connector ${connector}`, () =>
      configStore.refresh(signal),
    );
  }

  #requireLeader(connector: string): void {
    this.#options.requireLeader(`fence zombie tasks of connector ${connector}`);
  }
}
