import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../errors/connect-error.ts';
import type { Broker } from './broker.ts';
import { compactLog } from './log/compaction.ts';
import { applyRetention } from './log/retention.ts';

const transactionCheckMs = 1000;

/** What the broker does by itself: retention, compaction, forgetting of the idle. Resolves after `signal`. */
export async function startMaintenance(broker: Broker, signal: AbortSignal): Promise<void> {
  const { configs } = broker;
  await Promise.all([
    repeat(broker, signal, configs.number('log.retention.check.interval.ms'), 'retention', () =>
      retain(broker),
    ),
    repeat(broker, signal, configs.number('log.cleaner.backoff.ms'), 'compaction', () =>
      compact(broker, signal),
    ),
    repeat(broker, signal, transactionCheckMs, 'the check of transactions', () =>
      broker.transactions.expire(Date.now()),
    ),
  ]);
}

async function repeat(
  { log }: Broker,
  signal: AbortSignal,
  everyMs: number,
  what: string,
  task: () => void | Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await sleep(everyMs, undefined, { signal, ref: false });
      await task();
    } catch (error) {
      if (!signal.aborted)
        log('error', `${what} failed: ${error instanceof Error ? error.stack : messageOf(error)}`);
    }
  }
}

function retain(broker: Broker): void {
  const { topics, groups, configs } = broker;
  const now = Date.now();
  const idleSince = now - configs.number('producer.id.expiration.ms');
  for (const topic of topics.all()) {
    for (const log of topic.logs) {
      try {
        if (topic.rules.isDeleted) applyRetention(log, topic.rules, now);
        log.producers.expire(idleSince, log.logStart);
      } catch (error) {
        broker.log('error', `retention of ${log.name} failed: ${messageOf(error)}`);
      }
    }
  }
  groups.expire(now);
}

async function compact({ topics, log: tell }: Broker, signal: AbortSignal): Promise<void> {
  for (const topic of topics.all()) {
    if (!topic.rules.isCompacted) continue;
    for (const log of topic.logs) {
      try {
        await compactLog(log, topic.rules, Date.now(), signal);
      } catch (error) {
        // One damaged log must not keep the others from being compacted.
        tell('error', `compaction of ${log.name} failed: ${messageOf(error)}`);
      }
    }
  }
}
