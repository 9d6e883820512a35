import type { Settings, SourceTaskContext } from '../../../plugin-api/source-connector.ts';
import type { SourceOffset, SourceRecord } from '../../../records/record.ts';
import { DatagenTask } from '../task.ts';

export interface StartedTask {
  readonly task: DatagenTask;
  readonly messages: string[];
  readonly abort: AbortController;
}

/** A task in full speed unless the settings say otherwise. */
export async function startedTask(
  settings: Settings,
  offset: SourceOffset | null = null,
): Promise<StartedTask> {
  const abort = new AbortController();
  const messages: string[] = [];
  const context: SourceTaskContext = {
    log: (_level, message) => messages.push(message),
    offsets: { offset: async () => offset, offsets: async (all) => all.map(() => offset) },
    signal: abort.signal,
  };
  const task = new DatagenTask();
  await task.start({ 'kafka.topic': 'made', 'max.interval': '0', ...settings }, context);
  return { task, messages, abort };
}

/** All records that a task makes, or its first so many. */
export async function recordsOf(
  settings: Settings,
  { offset = null, most = 1_000 }: { readonly offset?: SourceOffset | null; readonly most?: number } = {},
): Promise<SourceRecord[]> {
  const { task } = await startedTask({ iterations: String(most), ...settings }, offset);
  const records: SourceRecord[] = [];
  while (records.length < most) {
    const polled = await task.poll();
    if (polled === null) break;
    records.push(...polled);
  }
  task.stop();
  return records.slice(0, most);
}
