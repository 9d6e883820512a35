import type { ConfigRecord } from './config-records.ts';
import { ConfigState } from './config-state.ts';
import type {
  ConfigSnapshot,
  ConfigStore,
  ConfigStoreListener,
  RestartRequest,
  SessionKey,
  TargetState,
} from './config-store.ts';

type StringMap = Readonly<Record<string, string>>;

/** Configs of a standalone worker: they come from files at each start. */
export class MemoryConfigStore implements ConfigStore {
  readonly #state = new ConfigState();
  #listener: ConfigStoreListener | null = null;
  #nextOffset = 0;

  async start(_signal: AbortSignal, listener: ConfigStoreListener): Promise<void> {
    this.#listener = listener;
  }

  async stop(): Promise<void> {
    this.#listener = null;
  }

  snapshot(): ConfigSnapshot {
    return this.#state.snapshot();
  }

  async refresh(): Promise<void> {}

  async claimWritePrivileges(): Promise<boolean> {
    return false;
  }

  async releaseWritePrivileges(): Promise<void> {}

  async putConnectorConfig(
    connector: string,
    config: StringMap,
    targetState: TargetState | null,
  ): Promise<void> {
    if (targetState !== null) this.#append({ kind: 'target-state', connector, state: targetState });
    this.#append({ kind: 'connector', connector, config: { ...config } });
  }

  async removeConnectorConfig(connector: string): Promise<void> {
    this.#append({ kind: 'connector', connector, config: null });
    this.#append({ kind: 'target-state', connector, state: null });
  }

  async putTaskConfigs(connector: string, configs: readonly StringMap[]): Promise<void> {
    for (const [task, config] of configs.entries()) {
      this.#append({ kind: 'task', connector, task, config: { ...config } });
    }
    this.#append({ kind: 'commit', connector, tasks: configs.length });
  }

  async putTaskCount(connector: string, tasks: number): Promise<void> {
    this.#append({ kind: 'task-count', connector, tasks });
  }

  async putTargetState(connector: string, state: TargetState): Promise<void> {
    this.#append({ kind: 'target-state', connector, state });
  }

  async putSessionKey(sessionKey: SessionKey): Promise<void> {
    this.#append({ kind: 'session-key', sessionKey });
  }

  async putRestartRequest(request: RestartRequest): Promise<void> {
    this.#append({ kind: 'restart', request });
  }

  async putLoggerLevel(namespace: string, level: string): Promise<void> {
    this.#append({ kind: 'logger', namespace, level });
  }

  #append(record: ConfigRecord): void {
    this.#state.apply(record, this.#nextOffset++, this.#listener);
  }
}
