import { z } from 'zod';

/** Worst first: this order is the order of every list. */
export const healthStates = [
  'failed',
  'degraded',
  'unassigned',
  'restarting',
  'unknown',
  'paused',
  'stopped',
  'running',
] as const;

export const healthState = z.enum(healthStates);
export type HealthState = z.infer<typeof healthState>;

/** Why a connector or task is in its state, for programs; `message` of `health` says it to people. */
export const healthReason = z.enum([
  'all-running',
  'connector-failed',
  'all-tasks-failed',
  'some-tasks-failed',
  'connector-unassigned',
  'tasks-unassigned',
  'no-tasks',
  'restarting',
  'paused',
  'stopped',
  'status-unknown',
]);
export type HealthReason = z.infer<typeof healthReason>;

/** Derived once, on the server: list, detail, counts and overview show this and nothing of their own. */
export const health = z.object({
  state: healthState,
  reason: healthReason,
  message: z.string(),
});
export type Health = z.infer<typeof health>;

/** A connector that was just created or moved waits for its work a moment: that is no trouble yet. */
const settlingMs = 10_000;

/** Whether somebody should look. `since`: when it came into the state, null if not known. */
export function needsAttention(state: HealthState, since: number | null, now: number): boolean {
  if (state === 'unassigned') return since === null || now - since > settlingMs;
  return state === 'failed' || state === 'degraded' || state === 'unknown';
}

/** 0 is worst. */
export function healthRank(state: HealthState): number {
  return healthStates.indexOf(state);
}
