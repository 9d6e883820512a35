export interface WorkerView {
  readonly workerId: string;
  readonly leader: boolean;
  readonly self: boolean;
  readonly connectors: readonly string[];
  readonly tasks: readonly { readonly connector: string; readonly task: number }[];
  readonly generation: number;
  /** Of this process; null for other workers. */
  readonly memory: { readonly rssBytes: number; readonly heapUsedBytes: number } | null;
  readonly upSince: number | null;
  readonly version: string;
}
