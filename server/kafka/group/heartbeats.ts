import { type ConnectError, isConnectError, messageOf } from '../../errors/connect-error.ts';
import { backoffMs, pause } from '../cluster/backoff.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { kafkaErrors, kafkaFailure } from '../protocol/error-codes.ts';
import type { GroupRequests, Membership } from './group-requests.ts';

export interface HeartbeatListener {
  /** Asked before each: undefined while none must be sent (a join is under way). */
  readonly membership: () => Membership | undefined;
  readonly onAnswer: () => void;
  readonly onRebalance: () => void;
  /** The broker no longer counts this member in. */
  readonly onExpelled: (reason: string, memberIdIsGone: boolean) => void;
  /** No answer for a whole session: the broker will have given the work to others. */
  readonly onSessionExpired: () => void;
  readonly onFatal: (error: ConnectError) => void;
}

/** Keeps a member alive between the calls of its owner, until the signal fires. */
export async function runHeartbeats(
  cluster: Cluster,
  requests: GroupRequests,
  timing: { readonly groupId: string; readonly intervalMs: number; readonly sessionTimeoutMs: number },
  listener: HeartbeatListener,
  signal: AbortSignal,
): Promise<void> {
  const what = `heartbeat of group ${timing.groupId}`;
  const { 'retry.backoff.ms': initial, 'retry.backoff.max.ms': max } = cluster.settings;
  let answeredAt = performance.now();
  let failures = 0;
  while (!signal.aborted) {
    const wait =
      failures === 0 ? timing.intervalMs : Math.min(timing.intervalMs, backoffMs(initial, max, failures));
    await pause(wait, what, signal).catch(() => undefined);
    if (signal.aborted || cluster.closed) return;
    const membership = listener.membership();
    if (membership === undefined) {
      // The broker keeps a member that waits in a join.
      answeredAt = performance.now();
      failures = 0;
      continue;
    }
    try {
      const code = await requests.heartbeat(membership, signal);
      if (signal.aborted || listener.membership()?.generation !== membership.generation) continue;
      if (isCoordinatorMoving(code)) {
        cluster.forgetCoordinator('group', timing.groupId);
        throw kafkaFailure(code, what);
      }
      answeredAt = performance.now();
      failures = 0;
      listener.onAnswer();
      report(code, what, listener);
    } catch (error) {
      if (signal.aborted || cluster.closed) return;
      failures++;
      cluster.log('debug', `${what} failed: ${messageOf(error)}`);
      if (isConnectError(error) && !error.retriable && error.code !== 'cancelled') listener.onFatal(error);
      if (performance.now() - answeredAt > timing.sessionTimeoutMs) {
        answeredAt = performance.now();
        listener.onSessionExpired();
      }
    }
  }
}

function isCoordinatorMoving(code: number): boolean {
  return code === kafkaErrors.NOT_COORDINATOR || code === kafkaErrors.COORDINATOR_NOT_AVAILABLE;
}

function report(code: number, what: string, listener: HeartbeatListener): void {
  switch (code) {
    case kafkaErrors.NONE:
      return;
    case kafkaErrors.REBALANCE_IN_PROGRESS:
      listener.onRebalance();
      return;
    case kafkaErrors.UNKNOWN_MEMBER_ID:
      listener.onExpelled('the broker no longer knows this member', true);
      return;
    case kafkaErrors.ILLEGAL_GENERATION:
      listener.onExpelled('the group has moved on to a later generation', false);
      return;
    default: {
      const error = kafkaFailure(code, what);
      // COORDINATOR_LOAD_IN_PROGRESS and the like pass by themselves.
      if (!error.retriable) listener.onFatal(error);
    }
  }
}
