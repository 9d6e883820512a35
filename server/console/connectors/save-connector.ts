import type { SavedConnector } from '../../entities/console-connector.ts';
import { ConnectError, codeOf, messageOf } from '../../errors/connect-error.ts';
import { requireAddressableName } from '../../rest/connector-name.ts';
import { requireHerder } from '../worker-access.ts';
import { requireNothingMissing, restoreHidden, scrub } from './secrets.ts';

type Config = Readonly<Record<string, string>>;

/** A new connector; its name is the document's `name`. Rejects with `already-exists` for a taken one. */
export async function createConnector(config: Config, signal: AbortSignal): Promise<SavedConnector> {
  const name = requireName(config);
  requireNothingMissing(restoreHidden(config, null));
  const { created } = await requireHerder().putConnectorConfig(name, config, { replace: false, signal });
  return { name, created };
}

/** Replaces the config of an existing connector; `[hidden]` keeps what is stored under that key. */
export async function updateConnector(
  name: string,
  config: Config,
  signal: AbortSignal,
): Promise<SavedConnector> {
  const herder = requireHerder();
  if (config.name !== undefined && config.name !== name) {
    throw new ConnectError(
      'bad-request',
      `name: a connector cannot be renamed; keep "${name}", or create a new connector.`,
    );
  }
  const stored = await herder.connectorConfig(name);
  const restored = restoreHidden(config, stored);
  requireNothingMissing(restored);
  try {
    const { created } = await herder.putConnectorConfig(name, restored.config, { replace: true, signal });
    return { name, created };
  } catch (error) {
    throw new ConnectError(codeOf(error), scrub(messageOf(error), restored.restored));
  }
}

function requireName(config: Config): string {
  const name = config.name?.trim() ?? '';
  if (name === '') throw new ConnectError('bad-request', 'name: give the connector a name.');
  requireAddressableName(name);
  return name;
}
