import { ConnectError } from '../../errors/connect-error.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { SessionKey } from '../../storage/config-store.ts';
import type { SendInternalRequest } from '../internal-request.ts';
import { signatureHeaders } from './request-signature.ts';

export interface LeaderRequestsOptions {
  readonly group: { readonly leaderUrl: string | null; readonly isSessioned: boolean };
  readonly sessionKey: () => SessionKey | null;
  /** `inter.worker.signature.algorithm`. */
  readonly algorithm: string;
  readonly send: SendInternalRequest;
}

/** What a worker asks of the leader. All of it can be tried again. */
export class LeaderRequests {
  readonly #options: LeaderRequestsOptions;

  constructor(options: LeaderRequestsOptions) {
    this.#options = options;
  }

  /** Resolves when they are in the config topic. */
  async putTaskConfigs(connector: string, configs: readonly Settings[], signal: AbortSignal): Promise<void> {
    await this.#send('POST', `/connectors/${encodeURIComponent(connector)}/tasks`, configs, signal);
  }

  /** Resolves when no task of an earlier set can write any more. */
  async fenceZombies(connector: string, signal: AbortSignal): Promise<void> {
    await this.#send('PUT', `/connectors/${encodeURIComponent(connector)}/fence`, null, signal);
  }

  async #send(
    method: 'POST' | 'PUT',
    path: string,
    content: readonly Settings[] | null,
    signal: AbortSignal,
  ): Promise<void> {
    const { group, send } = this.#options;
    const url = group.leaderUrl;
    if (url === null || url === '') {
      throw new ConnectError('retriable', 'The leader of the worker group is not known at the moment');
    }
    const body = content === null ? null : JSON.stringify(content);
    await send({ url, method, path, body, headers: this.#sign(body ?? ''), signal });
  }

  #sign(body: string): Readonly<Record<string, string>> {
    const { group, sessionKey, algorithm } = this.#options;
    if (!group.isSessioned) return {};
    const key = sessionKey();
    if (key !== null) return signatureHeaders(key, algorithm, body);
    throw new ConnectError('retriable', 'The leader has not distributed a session key yet');
  }
}
