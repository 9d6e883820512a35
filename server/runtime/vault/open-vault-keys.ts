import { ConnectError } from '../../errors/connect-error.ts';
import { findPlaceholders } from '../config-providers/placeholders.ts';
import { listSetting } from '../settings-prefix.ts';
import type { CommonWorkerConfig, WorkerSettings } from '../worker-config.ts';
import { type KeyRing, readKeyRing } from './key-ring.ts';

/** The name of the vault in placeholders. */
export const vaultAlias = 'vault';

/** The keys of the worker's vault; null when it has none. Rejects with a `config` error for settings that do not fit. */
export async function openVaultKeys({
  config,
  raw,
}: WorkerSettings<CommonWorkerConfig>): Promise<KeyRing | null> {
  const file = config['vault.key.file'];
  if (file === null) return null;
  if (listSetting(raw, 'config.providers').includes(vaultAlias)) {
    throw new ConnectError(
      'config',
      `config.providers: the name ${vaultAlias} belongs to the vault of vault.key.file; give the provider another one`,
    );
  }
  for (const [key, text] of Object.entries(raw)) {
    // The vault may need a connection to Kafka, which these settings describe.
    if (!findPlaceholders(text).some(({ provider }) => provider === vaultAlias)) continue;
    throw new ConnectError(
      'config',
      `${key}: settings of the worker cannot come from the vault; only those of connectors can`,
    );
  }
  return await readKeyRing(file);
}
