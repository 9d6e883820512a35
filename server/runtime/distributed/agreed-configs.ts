import type { ConfigSnapshot } from '../../storage/config-store.ts';

/** The configs this worker acts on: the store goes on reading, but a group must agree before work moves. */
export class AgreedConfigs {
  readonly #latest: () => ConfigSnapshot;
  #agreed: ConfigSnapshot;

  constructor(latest: () => ConfigSnapshot) {
    this.#latest = latest;
    this.#agreed = latest();
  }

  get current(): ConfigSnapshot {
    return this.#agreed;
  }

  /** Takes what has been read by now. */
  renew(): ConfigSnapshot {
    this.#agreed = this.#latest();
    return this.#agreed;
  }
}
