import { ConnectError } from '../../errors/connect-error.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';

/** Which client settings a connector may override (KIP-458). */
export interface OverridePolicy {
  readonly name: string;
  /** `key` without its prefix. */
  allows(key: string): boolean;
}

const principalKeys = new Set(['sasl.jaas.config', 'sasl.mechanism', 'security.protocol']);
/** With these a client reads any file of this machine as a token, or calls any address: never by default. */
const reachingKeys = /^sasl\.oauthbearer\..*(?:url|file)$/;
const suffix = 'ConnectorClientConfigOverridePolicy';

/** The policy that the worker's settings name, by short name or Apache's class name. Throws a `config` error. */
export function overridePolicyOf(name: string, allowlist: readonly string[]): OverridePolicy {
  const simple = name.slice(name.lastIndexOf('.') + 1);
  const short = simple.endsWith(suffix) ? simple.slice(0, -suffix.length) : simple;
  if (short === 'All') {
    return { name: short, allows: (key) => !reachingKeys.test(key) || allowlist.includes(key) };
  }
  if (short === 'None') return { name: short, allows: () => false };
  if (short === 'Principal') return { name: short, allows: (key) => principalKeys.has(key) };
  if (short === 'Allowlist') return { name: short, allows: (key) => allowlist.includes(key) };
  throw new ConnectError(
    'config',
    `Invalid value ${name} for configuration connector.client.config.override.policy: must be one of All, None, Principal, Allowlist`,
  );
}

export const overridePrefixes = ['producer.override.', 'consumer.override.', 'admin.override.'] as const;

/** `key` with its prefix. */
export function refusal(policy: OverridePolicy, key: string): string {
  const said = `The '${policy.name}' policy does not allow '${key}' to be overridden in the connector configuration.`;
  if (policy.name !== 'All') return said;
  const name = key.replace(/^\w+\.override\./, '');
  return `${said} It makes the worker read files or call addresses: name ${name} in connector.client.config.override.allowlist to allow it.`;
}

/** Asked again when clients are made: a policy may have become stricter since the connector was created. */
export function ensureOverridesAllowed(policy: OverridePolicy, connector: Settings): void {
  for (const key of Object.keys(connector)) {
    const prefix = overridePrefixes.find((each) => key.startsWith(each));
    if (prefix !== undefined && !policy.allows(key.slice(prefix.length))) {
      throw new ConnectError('config', refusal(policy, key));
    }
  }
}
