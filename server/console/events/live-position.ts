import { findWorker } from '../worker-access.ts';

/** Where the event log stands now: a page made at this moment follows the stream from here. */
export function livePosition(): string | null {
  const events = findWorker()?.herder.events;
  return events === undefined ? null : `${events.epoch}:${events.lastSequence}`;
}
