import type { HealthState } from '../../server/entities/console-health.ts';
import { classes } from '../ui/classes.ts';
import { stateLooks } from './state-map.ts';

export function StateBadge({ state, title }: { readonly state: HealthState; readonly title?: string }) {
  const { word, icon: Icon, ink, pill } = stateLooks[state];
  return (
    <span
      title={title}
      className={classes(
        'inline-flex h-6 w-fit items-center gap-1 whitespace-nowrap rounded-full border px-2 font-medium text-xs',
        ink,
        pill,
      )}
    >
      <Icon
        aria-hidden
        className={classes('size-3.5', state === 'restarting' && 'motion-safe:animate-spin')}
      />
      {word}
    </span>
  );
}

/** Icon alone, for dense lists; its word is there for screen readers. */
export function StateIcon({ state }: { readonly state: HealthState }) {
  const { word, icon: Icon, ink } = stateLooks[state];
  return (
    <span className={classes('inline-flex', ink)} title={word}>
      <Icon aria-hidden className={classes('size-4', state === 'restarting' && 'motion-safe:animate-spin')} />
      <span className="sr-only">{word}</span>
    </span>
  );
}
