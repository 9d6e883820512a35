import { ConnectError } from '../errors/connect-error.ts';
import type { ClientApi } from './protocol/api.ts';

export interface VersionRange {
  readonly min: number;
  readonly max: number;
}

/**
 * Where the highest common version is not what a client should speak by itself. A caller that knows better (topic ids
 * at hand, transaction.version 2 finalised) asks for more with `maxVersion`.
 */
const clientMaximum: Readonly<Record<string, number>> = {
  // From 13 on topics are named by id; 12 opens partitions in a transaction unasked (transaction.version 2).
  Produce: 11,
  Fetch: 12,
  TxnOffsetCommit: 4,
  EndTxn: 4,
  // Topics by id.
  OffsetCommit: 9,
  OffsetFetch: 9,
  // 4 and 5 are for brokers only.
  AddPartitionsToTxn: 3,
};

type Versioned = Pick<
  ClientApi<never, unknown>,
  'name' | 'minVersion' | 'maxVersion' | 'latestVersionStable'
>;

/** The version to speak with a broker that offers `offered`; undefined when there is none. */
export function findVersion(
  api: Versioned,
  offered: VersionRange | undefined,
  maxVersion?: number,
): number | undefined {
  if (offered === undefined) return undefined;
  const stable = api.latestVersionStable ? api.maxVersion : api.maxVersion - 1;
  const wanted = maxVersion ?? clientMaximum[api.name] ?? stable;
  const version = Math.min(wanted, api.maxVersion, offered.max);
  return version < Math.max(api.minVersion, offered.min) ? undefined : version;
}

/** As `findVersion`; throws a `kafka` error (UNSUPPORTED_VERSION) that names API and broker when there is none. */
export function chooseVersion(
  api: Versioned,
  offered: VersionRange | undefined,
  broker: string,
  maxVersion?: number,
): number {
  const version = findVersion(api, offered, maxVersion);
  if (version !== undefined) return version;
  const has =
    offered === undefined ? 'does not offer it' : `offers versions ${offered.min} to ${offered.max}`;
  throw new ConnectError(
    'kafka',
    `${api.name} versions ${api.minVersion} to ${maxVersion ?? api.maxVersion} are needed, but broker ${broker} ${has}`,
    { details: { kafkaError: 'UNSUPPORTED_VERSION', stage: api.name } },
  );
}
