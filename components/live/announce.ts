import type { ConsoleEvent } from '../../server/entities/console-event.ts';

/** What a screen reader says about an event; only state changes of whole connectors and failures are worth a voice. */
export function describeForListeners(event: ConsoleEvent): string | null {
  if (event.connector === null) return null;
  if (event.kind === 'connector-state') return `${event.connector}: ${event.text}`;
  if (event.kind === 'task-state' && event.state === 'failed') return `${event.connector}: ${event.text}`;
  return null;
}
