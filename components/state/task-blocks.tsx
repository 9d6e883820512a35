import type { TaskSummary } from '../../server/entities/console-connector.ts';
import { classes } from '../ui/classes.ts';
import { stateLooks } from './state-map.ts';

const shownTasks = 12;

/** `3/4` and a block for each task. */
export function TaskBlocks({ tasks }: { readonly tasks: readonly TaskSummary[] }) {
  const running = tasks.filter(({ state }) => state === 'running').length;
  return (
    <span className="inline-flex items-center gap-2">
      <span className="tabular">
        {running}/{tasks.length}
      </span>
      <span aria-hidden className="inline-flex gap-0.5">
        {tasks.slice(0, shownTasks).map((task) => (
          <span
            key={task.id}
            title={`Task ${task.id}: ${stateLooks[task.state].word}`}
            className={classes('h-3 w-1.5 rounded-[2px]', stateLooks[task.state].block)}
          />
        ))}
        {tasks.length > shownTasks && <span className="text-muted text-xs">…</span>}
      </span>
    </span>
  );
}
