import { ConnectError } from '../../errors/connect-error.ts';
import type { ConfigData, ConfigProvider } from '../../plugin-api/config-provider.ts';
import type { SecretVault } from './secret-vault.ts';

/** `${vault:name:field}`: a field of a stored secret. Unlike a file, the vault knows what is missing and says so. */
export class VaultConfigProvider implements ConfigProvider {
  readonly #vault: Pick<SecretVault, 'read'>;

  constructor(vault: Pick<SecretVault, 'read'>) {
    this.#vault = vault;
  }

  configure(): void {}

  async get(path: string, keys: ReadonlySet<string>): Promise<ConfigData> {
    if (path === '')
      throw new ConnectError(
        'config',
        'name the secret and its field, as in {vault:name:field} after a dollar sign',
      );
    const fields = await this.#vault.read(path);
    const data = new Map<string, string>();
    for (const key of keys) {
      const value = fields.get(key);
      if (value === undefined) {
        const known = [...fields.keys()].join(', ');
        throw new ConnectError('config', `secret ${path} has no field ${key}; it has ${known}`);
      }
      data.set(key, value);
    }
    return { data, ttlMs: null };
  }
}
