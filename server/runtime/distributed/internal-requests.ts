import { ConnectError } from '../../errors/connect-error.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import { elsewhere } from '../elsewhere.ts';
import type { ReceivedSignature } from '../internal-request.ts';
import { untilAborted } from './bounded-wait.ts';
import type { HerderParts } from './herder-parts.ts';
import { requireSignature } from './request-signature.ts';

/** What other workers of the group ask of this one as their leader. */
export class InternalRequests {
  readonly #parts: HerderParts;

  constructor(parts: HerderParts) {
    this.#parts = parts;
  }

  async putTaskConfigs(
    name: string,
    configs: readonly Settings[],
    received: ReceivedSignature,
    signal: AbortSignal,
  ): Promise<void> {
    const { queue, queries, stage, options } = this.#parts;
    this.#requireSignature(received);
    await queue.submit(
      async () => {
        this.#requireLeader(`write task configs of connector ${name}`);
        queries.connectorConfig(name);
        if (configs.length > 0 && options.configStore.snapshot().targetState(name) === 'STOPPED') {
          throw new ConnectError(
            'bad-request',
            `Cannot submit non-empty set of task configs for stopped connector ${name}`,
          );
        }
        await stage.run(`writing task configs for connector ${name} to the config topic`, () =>
          options.configStore.putTaskConfigs(name, configs),
        );
      },
      { signal },
    );
  }

  async fenceZombies(name: string, received: ReceivedSignature, signal: AbortSignal): Promise<void> {
    const { fencing, stage } = this.#parts;
    this.#requireSignature(received);
    await untilAborted(signal, () => stage.timeout(), fencing.fence(name));
  }

  #requireSignature(received: ReceivedSignature): void {
    const { group, options } = this.#parts;
    requireSignature(received, {
      isRequired: group.isSessioned,
      key: options.configStore.snapshot().sessionKey,
      accepted: options.config['inter.worker.verification.algorithms'],
    });
  }

  #requireLeader(what: string): void {
    const { group } = this.#parts;
    if (!group.isLeader) throw elsewhere(what, group.leaderUrl);
  }
}
