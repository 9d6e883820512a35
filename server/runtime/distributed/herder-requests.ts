import type { RawConfig } from '../../config/config-key.ts';
import { ConnectError } from '../../errors/connect-error.ts';
import type { TargetState } from '../../storage/config-store.ts';
import { stopFirst } from '../connector-offsets.ts';
import { elsewhere } from '../elsewhere.ts';
import type { ConnectorInfo, ConnectorStateInfo, ConnectorTaskId, Offsets } from '../herder.ts';
import { requireConnector } from '../plugin-lookup.ts';
import { refusalOf, withoutNulls } from '../validate-connector.ts';
import { untilAborted } from './bounded-wait.ts';
import type { HerderParts } from './herder-parts.ts';

/** For requests that REST does not bound. */
const unboundedRequestMs = 90_000;

/** Requests that change something; each runs between the other work of the herder. */
export class HerderRequests {
  readonly #parts: HerderParts;

  constructor(parts: HerderParts) {
    this.#parts = parts;
  }

  async putConnectorConfig(
    name: string,
    config: RawConfig,
    options: { readonly replace: boolean; readonly initialState?: TargetState; readonly signal: AbortSignal },
  ): Promise<{ readonly created: boolean; readonly info: ConnectorInfo }> {
    const { queue, queries } = this.#parts;
    const { replace, initialState = null, signal } = options;
    const complete = { ...config, name: config.name ?? name };
    await this.#refuseInvalid(complete, signal);
    return await queue.submit(
      async () => {
        this.#requireLeader(`${replace ? 'configure' : 'create'} connector ${name}`);
        const created = this.#configOf(name) === null;
        if (!created && !replace)
          throw new ConnectError('already-exists', `Connector ${name} already exists`);
        await this.#write(name, withoutNulls(complete), initialState);
        return { created, info: queries.connectorInfo(name) };
      },
      { signal },
    );
  }

  async patchConnectorConfig(name: string, patch: RawConfig, signal: AbortSignal): Promise<ConnectorInfo> {
    const { queue, queries } = this.#parts;
    for (;;) {
      const before = await queue.submit(
        async () => {
          this.#requireLeader(`configure connector ${name}`);
          return queries.connectorConfig(name);
        },
        { signal },
      );
      const merged = withoutNulls({ ...before, ...patch });
      await this.#refuseInvalid(merged, signal);
      const info = await queue.submit(
        async () => {
          this.#requireLeader(`configure connector ${name}`);
          // Somebody was faster: merge with what is there now.
          if (queries.connectorConfig(name) !== before) return null;
          await this.#write(name, merged, null);
          return queries.connectorInfo(name);
        },
        { signal },
      );
      if (info !== null) return info;
    }
  }

  async deleteConnector(name: string, signal: AbortSignal): Promise<void> {
    const { queue, queries, stage, options } = this.#parts;
    await queue.submit(
      async () => {
        this.#requireLeader(`delete connector ${name}`);
        queries.connectorConfig(name);
        await stage.run(`removing the config for connector ${name} from the config topic`, () =>
          options.configStore.removeConnectorConfig(name),
        );
      },
      { signal },
    );
  }

  /** Pause and resume: any worker may. */
  async setTargetState(name: string, state: TargetState): Promise<void> {
    const { queue, options, stage } = this.#parts;
    await queue.submit(
      async () => {
        this.#requireKnown(name, `Unknown connector ${name}`);
        await stage.run(`writing a target state for connector ${name} to the config topic`, () =>
          options.configStore.putTargetState(name, state),
        );
      },
      { signal: AbortSignal.timeout(unboundedRequestMs) },
    );
  }

  async stopConnector(name: string, signal: AbortSignal): Promise<void> {
    const { queue, options, stage } = this.#parts;
    await queue.submit(
      async () => {
        this.#requireLeader(`stop connector ${name}`);
        this.#requireKnown(name, `Unknown connector ${name}`);
        // Tasks first: a worker that sees STOPPED must not find tasks to run.
        await stage.run(
          `writing an empty set of task configs for connector ${name} to the config topic`,
          () => options.configStore.putTaskConfigs(name, []),
        );
        await stage.run(`writing a target state for connector ${name} to the config topic`, () =>
          options.configStore.putTargetState(name, 'STOPPED'),
        );
      },
      { signal },
    );
  }

  /** Waits until the connector has started; tasks are left alone. */
  async restartConnector(name: string, signal: AbortSignal): Promise<void> {
    const { queue, work, group, stage } = this.#parts;
    const { start } = await queue.submit(
      async () => {
        this.#requireKnown(name, `Unknown connector: ${name}`);
        if (!work.hasConnector(name)) {
          const owner = group.members?.find((member) => member.work.connectors.includes(name));
          throw elsewhere(
            `restart connector ${name}`,
            owner?.url ?? (group.isLeader ? null : group.leaderUrl),
          );
        }
        return { start: work.startConnector(name, { isRestart: true }) };
      },
      { signal, afterRebalance: true },
    );
    const state = await untilAborted(signal, () => stage.timeout(), start);
    if (state === 'FAILED') throw new ConnectError('unknown', `Failed to start connector: ${name}`);
  }

  async restartConnectorAndTasks(
    name: string,
    options: { readonly onlyFailed: boolean; readonly includeTasks: boolean; readonly signal: AbortSignal },
  ): Promise<ConnectorStateInfo> {
    const { queue, queries } = this.#parts;
    const { onlyFailed, includeTasks, signal } = options;
    return await queue.submit(
      async () => {
        this.#requireLeader(`restart connector ${name}`);
        this.#requireKnown(name, `Unknown connector: ${name}`);
        const plan = queries.restartPlan(name, { onlyFailed, includeTasks });
        await this.#parts.options.configStore.putRestartRequest({
          connector: name,
          onlyFailed,
          includeTasks,
        });
        return plan.state;
      },
      { signal, afterRebalance: true },
    );
  }

  async restartTask(id: ConnectorTaskId, signal: AbortSignal): Promise<void> {
    const { queue, work, group, agreed, stage } = this.#parts;
    await queue.submit(
      async () => {
        this.#requireKnown(id.connector, `Unknown connector: ${id.connector}`);
        if (!agreed.current.tasks(id.connector).includes(id.task)) {
          throw new ConnectError('not-found', `Unknown task: ${id.connector}-${id.task}`);
        }
        if (!work.hasTask(id)) {
          const owner = group.members?.find((member) =>
            member.work.tasks.some(({ connector, task }) => connector === id.connector && task === id.task),
          );
          const url = owner?.url ?? (group.isLeader ? null : group.leaderUrl);
          throw elsewhere(`restart task ${id.connector}-${id.task}`, url);
        }
        await stage.run(`restarting task ${id.connector}-${id.task}`, async () => {
          await work.stopTasks([id]);
          work.startTask(id);
        });
      },
      { signal, afterRebalance: true },
    );
  }

  /** null: all of them, back to the beginning. */
  async alterOffsets(name: string, offsets: Offsets | null, signal: AbortSignal): Promise<string> {
    const { queue, worker, options, stage, fencing } = this.#parts;
    if (offsets !== null && offsets.length === 0) {
      throw new ConnectError(
        'bad-request',
        'Partitions / offsets need to be provided for an alter offsets request',
      );
    }
    const check = () => this.#requireStopped(name, signal);
    let config = await queue.submit(check, { signal, afterRebalance: true });
    if (options.config['exactly.once.source.support'] === 'enabled') {
      const { type } = requireConnector(options.plugins, config);
      if (type === 'source') {
        await untilAborted(signal, () => stage.timeout(), fencing.fence(name));
        // Much may have happened meanwhile.
        config = await queue.submit(check, { signal, afterRebalance: true });
      }
    }
    return await untilAborted(
      signal,
      () => stage.timeout(),
      worker.alterOffsets(name, config, offsets, signal),
    );
  }

  /** The config of a connector whose offsets may be changed. */
  async #requireStopped(name: string, signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    const { queries, options, stage } = this.#parts;
    this.#requireLeader(`modify the offsets of connector ${name}`);
    await stage.run('reading to the end of the config topic', () => options.configStore.refresh(signal));
    const known = queries.connectorConfig(name);
    const configs = options.configStore.snapshot();
    if (configs.targetState(name) === 'STOPPED' && configs.tasks(name).length === 0) return known;
    throw new ConnectError('bad-request', stopFirst(name));
  }

  async #refuseInvalid(config: RawConfig, signal: AbortSignal): Promise<void> {
    const { validator } = this.#parts.options;
    validator.requirePlugin(config);
    const refusal = refusalOf(await validator.validate(config, signal));
    if (refusal !== null) throw refusal;
  }

  async #write(
    name: string,
    config: Readonly<Record<string, string>>,
    initialState: TargetState | null,
  ): Promise<void> {
    const { stage, options } = this.#parts;
    await stage.run(`writing a config for connector ${name} to the config topic`, () =>
      options.configStore.putConnectorConfig(name, config, initialState),
    );
  }

  #configOf(name: string): Readonly<Record<string, string>> | null {
    return this.#parts.options.configStore.snapshot().connectorConfig(name);
  }

  #requireKnown(name: string, message: string): void {
    if (this.#configOf(name) === null) throw new ConnectError('not-found', message);
  }

  #requireLeader(what: string): void {
    const { group } = this.#parts;
    if (!group.isLeader) throw elsewhere(what, group.leaderUrl);
  }
}
