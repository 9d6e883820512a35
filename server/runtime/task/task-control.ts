import type { TargetState } from '../../storage/config-store.ts';

export type TaskTarget = Exclude<TargetState, 'STOPPED'>;

/** What a task is asked to be: running, paused or ended. One object per run of a task. */
export class TaskControl {
  readonly #stop = new AbortController();
  #target: TaskTarget;
  #onChange: (() => void) | null = null;

  constructor(target: TaskTarget) {
    this.#target = target;
  }

  /** Aborted when the task is asked to stop. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  get isStopping(): boolean {
    return this.#stop.signal.aborted;
  }

  get isPaused(): boolean {
    return this.#target === 'PAUSED';
  }

  setTarget(target: TaskTarget): void {
    if (this.#target === target) return;
    this.#target = target;
    this.#onChange?.();
  }

  stop(): void {
    if (this.isStopping) return;
    this.#stop.abort();
    this.#onChange?.();
  }

  /** Calls `listener` at each change from now on; one listener at a time. */
  onChange(listener: (() => void) | null): void {
    this.#onChange = listener;
  }

  /** Resolves when the task is resumed or asked to stop. */
  async whilePaused(): Promise<void> {
    const before = this.#onChange;
    while (this.isPaused && !this.isStopping) {
      await new Promise<void>((resolve) => {
        this.#onChange = () => {
          before?.();
          resolve();
        };
      });
    }
    this.#onChange = before;
  }
}
