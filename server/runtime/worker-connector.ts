import { traceOf } from '../errors/connect-error.ts';
import type { ConnectorPlugin } from '../plugin-api/plugin.ts';
import type {
  Connector,
  ConnectorContext,
  OffsetReader,
  Settings,
  SourceConnectorContext,
} from '../plugin-api/source-connector.ts';
import type { TargetState } from '../storage/config-store.ts';
import type { State } from '../storage/status-store.ts';
import { SerialQueue } from './serial-queue.ts';
import { withinMs } from './within-ms.ts';

export interface WorkerConnectorOptions {
  readonly name: string;
  readonly plugin: ConnectorPlugin;
  /** Placeholders resolved. */
  readonly settings: Settings;
  readonly offsets: OffsetReader;
  readonly onState: (state: State, trace: string | null) => void;
  readonly onReconfigurationRequested: () => void;
  readonly log: ConnectorContext['log'];
  readonly stopTimeoutMs: number;
}

/**
 * One connector on the main thread. Calls into the plugin come one after the other; once it is stopped for good nothing
 * more is reported.
 */
export class WorkerConnector {
  readonly #options: WorkerConnectorOptions;
  readonly #queue = new SerialQueue();
  #connector: Connector<SourceConnectorContext> | null = null;
  #state: State = 'UNASSIGNED';
  #isOver = false;

  constructor(options: WorkerConnectorOptions) {
    this.#options = options;
  }

  get plugin(): ConnectorPlugin {
    return this.#options.plugin;
  }

  get state(): State {
    return this.#state;
  }

  get isRunning(): boolean {
    return this.#state === 'RUNNING';
  }

  /** Start, pause, resume or stop; resolves with the state reached. A failed connector can only be stopped. */
  setTarget(target: TargetState): Promise<State> {
    return this.#queue.run(async () => {
      if (this.#isOver || (this.#state === 'FAILED' && target !== 'STOPPED')) return this.#state;
      if (target === 'STARTED') await this.#start();
      else {
        await this.#stopConnector();
        this.#report(target, null);
      }
      return this.#state;
    });
  }

  /** Rejects with what the connector throws. */
  taskConfigs(maxTasks: number): Promise<readonly Settings[]> {
    return this.#queue.run(async () => (await this.#connector?.taskConfigs(maxTasks)) ?? []);
  }

  /** Makes it FAILED from outside, without a stop: its tasks go on. */
  fail(error: unknown): void {
    this.#report('FAILED', traceOf(error));
  }

  /** Stops it for good, waiting no longer than the bound, and reports UNASSIGNED. */
  async shutDown(): Promise<void> {
    const stopped = this.#queue.run(() => this.#stopConnector());
    const outcome = await withinMs(stopped, this.#options.stopTimeoutMs);
    if (outcome === 'late') {
      this.#options.log(
        'error',
        `the connector did not stop within ${this.#options.stopTimeoutMs} ms and is abandoned`,
      );
    }
    this.#report('UNASSIGNED', null);
    this.#isOver = true;
  }

  async #start(): Promise<void> {
    if (this.#state === 'RUNNING') {
      this.#report('RUNNING', null);
      return;
    }
    try {
      const connector = this.#options.plugin.createConnector();
      this.#connector = connector;
      await connector.start(this.#options.settings, this.#contextFor(connector));
      // It may have raised an error in the meantime.
      if (this.#state !== 'FAILED') this.#report('RUNNING', null);
    } catch (error) {
      this.#connector = null;
      this.#report('FAILED', traceOf(error));
    }
  }

  /** Errors while stopping are only logged: there is nothing left that could fail. */
  async #stopConnector(): Promise<void> {
    const connector = this.#connector;
    this.#connector = null;
    try {
      await connector?.stop();
    } catch (error) {
      this.#options.log('error', `the connector failed to stop: ${traceOf(error)}`);
    }
  }

  #contextFor(connector: Connector<SourceConnectorContext>): SourceConnectorContext {
    const isCurrent = () => this.#connector === connector && !this.#isOver;
    return {
      log: this.#options.log,
      offsets: this.#options.offsets,
      requestTaskReconfiguration: () => {
        if (isCurrent()) this.#options.onReconfigurationRequested();
      },
      raiseError: (error) => {
        if (isCurrent()) this.#report('FAILED', traceOf(error));
      },
    };
  }

  #report(state: State, trace: string | null): void {
    if (this.#isOver) return;
    this.#state = state;
    this.#options.onState(state, trace);
  }
}
