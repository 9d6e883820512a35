import type { ConfigStoreListener, RestartRequest } from '../config-store.ts';

/** A listener for tests that writes down what it was told. */
export class RecordedConfigChanges implements ConfigStoreListener {
  readonly calls: string[] = [];

  onConnectorConfig(connector: string): void {
    this.calls.push(`config ${connector}`);
  }

  onConnectorRemoved(connector: string): void {
    this.calls.push(`removed ${connector}`);
  }

  onTaskConfigs(connector: string): void {
    this.calls.push(`tasks ${connector}`);
  }

  onTargetState(connector: string): void {
    this.calls.push(`target ${connector}`);
  }

  onSessionKey(): void {
    this.calls.push('session key');
  }

  onRestartRequest({ connector, onlyFailed, includeTasks }: RestartRequest): void {
    this.calls.push(`restart ${connector} onlyFailed=${onlyFailed} includeTasks=${includeTasks}`);
  }

  onLoggerLevel(namespace: string, level: string): void {
    this.calls.push(`logger ${namespace} ${level}`);
  }
}
