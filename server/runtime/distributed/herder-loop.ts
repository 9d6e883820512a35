import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../errors/connect-error.ts';
import { cleanStatuses } from './clean-statuses.ts';
import { hostOf } from './group-view.ts';
import type { HerderParts } from './herder-parts.ts';
import { carryOutRestart } from './restart-work.ts';
import { isSessionKeyDue, newSessionKey, type SessionKeySettings, sessionKeyExpiry } from './session-keys.ts';
import { isEmpty } from './work-items.ts';

/** Looks around at least this often, whatever the bell missed. */
const maxSleepMs = 5_000;
const statusFlushMs = 5_000;
const syncRetries = 5;

/**
 * The one loop in which a distributed herder acts: membership, consequences of a round, changed configs, requests. One
 * step at a time, so that no two of them work against each other.
 */
export class HerderLoop {
  readonly #parts: HerderParts;
  readonly #sessionKeys: SessionKeySettings;
  #syncRetriesLeft = syncRetries;
  #failedRounds = 0;
  #isReady = false;
  #problem: string | null = null;

  constructor(parts: HerderParts) {
    this.#parts = parts;
    const { config } = parts.options;
    const bits = config['inter.worker.key.size'];
    this.#sessionKeys = {
      algorithm: config['inter.worker.key.generation.algorithm'],
      bytes: bits === null ? null : Math.ceil(bits / 8),
      ttlMs: config['inter.worker.key.ttl.ms'],
    };
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** What keeps the worker from its work; null: nothing known. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Until the signal aborts; never rejects. */
  async run(signal: AbortSignal, onReady: () => void): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      try {
        const isComplete = await this.#tick(signal);
        failures = 0;
        if (isComplete && !this.#isReady) {
          this.#isReady = true;
          onReady();
        }
        if (isComplete) await this.#sleep(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#report(`The worker cannot do its work: ${messageOf(error)}`);
        await pause(Math.min(250 * 2 ** failures++, 30_000), signal);
      }
    }
  }

  /** False: cut short, because the group has to meet again first. */
  async #tick(signal: AbortSignal): Promise<boolean> {
    const { stage, queue, changes } = this.#parts;
    await stage.run('ensuring membership in the cluster', () => this.#ensureActive(signal));
    if (!(await this.#drawConsequences(signal))) return false;
    await this.#claimOrRelease(signal);
    this.#recover();
    await this.#rotateSessionKey();
    await this.#applyChanges();
    for (const request of changes.takeRestarts()) await carryOutRestart(this.#parts, request);
    await queue.runDue(() => this.#isSettled());
    return true;
  }

  #isSettled(): boolean {
    const { group, changes } = this.#parts;
    return !group.isRejoinNeeded && group.round === null && changes.isEmpty;
  }

  async #sleep(signal: AbortSignal): Promise<void> {
    const { group, bell, now } = this.#parts;
    if (this.#isSettled()) await bell.wait(this.#sleepMs(), signal);
    const at = group.scheduledRebalanceAt;
    if (at > 0 && now() >= at) group.requestRejoin('the delay for lost work is over');
  }

  async #ensureActive(signal: AbortSignal): Promise<void> {
    const { group, options } = this.#parts;
    const patienceMs = options.config['session.timeout.ms'];
    const watchdog = setTimeout(
      () =>
        this.#report(
          `The worker has been trying to join group ${options.config['group.id']} for ${patienceMs} ms`,
        ),
      patienceMs,
    );
    try {
      await group.ensureActive(signal);
    } finally {
      clearTimeout(watchdog);
    }
  }

  async #drawConsequences(signal: AbortSignal): Promise<boolean> {
    const { group, work, agreed, options, now } = this.#parts;
    const { round } = group;
    if (round === null) return true;
    await work.stopAllBut(group.allocation);
    if (round.isFailed || agreed.current.offset < round.configOffset) {
      if (!(await this.#catchUp(signal))) return false;
    }
    if (round.isFailed || agreed.current.offset !== round.configOffset) {
      group.endRound();
      group.requestRejoin('configs must be agreed on again');
      await pause(Math.min(20 * 2 ** this.#failedRounds++, 5_000), signal);
      return false;
    }
    this.#failedRounds = 0;
    this.#syncRetriesLeft = syncRetries;
    if (group.isLeader) cleanStatuses(agreed.current, options.statusStore, this.#parts.recorder);
    if (!isEmpty(round.revoked)) await options.statusStore.flush(statusFlushMs);
    work.startMissing(group.allocation);
    group.endRound();
    const { generation, leaderUrl, trigger, beganAt } = round;
    const durationMs = Math.max(0, now() - beganAt);
    options.events.append({ kind: 'rebalance', generation, leader: hostOf(leaderUrl), trigger, durationMs });
    if (!isEmpty(round.revoked)) group.requestRejoin('work was given up');
    return true;
  }

  /** False: could not read configs in time; the worker stays away from the group for a while. */
  async #catchUp(signal: AbortSignal): Promise<boolean> {
    const { options, stage, agreed, group, work } = this.#parts;
    const timeoutMs = options.config['worker.sync.timeout.ms'];
    try {
      await stage.run('reading to the end of the config topic', () =>
        options.configStore.refresh(AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])),
      );
      agreed.renew();
      return true;
    } catch (error) {
      if (signal.aborted) throw error;
      this.#report(`The config topic could not be read within ${timeoutMs} ms: ${messageOf(error)}`);
      await group.leave('the config topic could not be read in time', timeoutMs);
      if (this.#syncRetriesLeft === 0) {
        await work.stopAll();
        group.forgetAllocation();
        this.#syncRetriesLeft = syncRetries;
      }
      const waitMs = options.config['scheduled.rebalance.max.delay.ms'] / 10 / this.#syncRetriesLeft--;
      await pause(waitMs, signal);
      return false;
    }
  }

  /** Only the leader writes configs; another one may have taken the right away without our knowing. */
  async #claimOrRelease(signal: AbortSignal): Promise<void> {
    const { group, stage, options } = this.#parts;
    const { config, configStore } = options;
    if (config['exactly.once.source.support'] === 'disabled') return;
    if (!group.isLeader) {
      await configStore.releaseWritePrivileges();
      return;
    }
    const either = AbortSignal.any([signal, AbortSignal.timeout(config['rebalance.timeout.ms'])]);
    await stage.run('reclaiming write privileges for the config topic', async () => {
      if (await configStore.claimWritePrivileges(either)) await configStore.refresh(either);
    });
  }

  async #rotateSessionKey(): Promise<void> {
    const { group, stage, options, now } = this.#parts;
    if (!group.isLeader || !group.isSessioned) return;
    if (!isSessionKeyDue(options.configStore.snapshot(), this.#sessionKeys, now())) return;
    await stage.run('distributing a new session key', () =>
      options.configStore.putSessionKey(newSessionKey(this.#sessionKeys, now())),
    );
  }

  async #applyChanges(): Promise<void> {
    const { changes, agreed, work, publisher, group } = this.#parts;
    if (changes.isEmpty) return;
    const { connectorConfigs, targetStates, taskConfigs, rebalanceReason } = changes.take();
    const configs = agreed.renew();
    for (const connector of connectorConfigs) {
      if (work.hasConnector(connector)) void work.startConnector(connector, { isRestart: true });
    }
    for (const connector of targetStates) work.applyTarget(connector);
    // Tasks with old configs end now, before the group meets; they are started again when it has met.
    await work.stopTasks([...taskConfigs].flatMap((connector) => work.outdatedTasksOf(connector)));
    for (const connector of configs.inconsistentConnectors()) {
      if (taskConfigs.has(connector) && work.hasConnector(connector)) publisher.request(connector);
    }
    if (rebalanceReason !== null) group.requestRejoin(rebalanceReason);
  }

  #sleepMs(): number {
    const { group, options, now } = this.#parts;
    const events = [now() + maxSleepMs];
    if (group.scheduledRebalanceAt > 0) events.push(group.scheduledRebalanceAt);
    if (group.isLeader && group.isSessioned) {
      events.push(sessionKeyExpiry(options.configStore.snapshot(), this.#sessionKeys));
    }
    return Math.max(0, Math.min(...events) - now());
  }

  #report(problem: string): void {
    const { options } = this.#parts;
    if (problem === this.#problem) return;
    this.#problem = problem;
    options.log('warn', problem);
    options.events.append({ kind: 'worker', state: 'waiting-for-kafka', message: problem });
  }

  #recover(): void {
    if (this.#problem === null) return;
    this.#problem = null;
    const message = 'The worker is back in its group';
    this.#parts.options.log('info', message);
    if (this.#isReady) this.#parts.options.events.append({ kind: 'worker', state: 'ready', message });
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
