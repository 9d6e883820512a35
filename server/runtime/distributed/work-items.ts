import type { ConnectorTaskId } from '../herder.ts';

/** Connectors and tasks that a member of the worker group holds, gets or gives up. */
export interface WorkItems {
  readonly connectors: readonly string[];
  readonly tasks: readonly ConnectorTaskId[];
}

export const noWork: WorkItems = { connectors: [], tasks: [] };

/** One text for each task, usable as a key. */
export function taskKey({ connector, task }: ConnectorTaskId): string {
  return `${task}\0${connector}`;
}

export function parseTaskKey(key: string): ConnectorTaskId {
  const end = key.indexOf('\0');
  return { connector: key.slice(end + 1), task: Number(key.slice(0, end)) };
}

export function compareTasks(one: ConnectorTaskId, other: ConnectorTaskId): number {
  if (one.connector !== other.connector) return one.connector < other.connector ? -1 : 1;
  return one.task - other.task;
}

export function isEmpty(items: WorkItems): boolean {
  return items.connectors.length === 0 && items.tasks.length === 0;
}

export function without(items: WorkItems, removed: WorkItems): WorkItems {
  const connectors = new Set(removed.connectors);
  const tasks = new Set(removed.tasks.map(taskKey));
  return {
    connectors: items.connectors.filter((connector) => !connectors.has(connector)),
    tasks: items.tasks.filter((task) => !tasks.has(taskKey(task))),
  };
}

/** Both, when no item is in both: cheaper than `together`. */
export function joined(items: WorkItems, more: WorkItems): WorkItems {
  return {
    connectors: [...items.connectors, ...more.connectors],
    tasks: [...items.tasks, ...more.tasks],
  };
}

/** Both, each item once. */
export function together(items: WorkItems, more: WorkItems): WorkItems {
  return joined(items, without(more, items));
}
