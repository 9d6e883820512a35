import { invalidValue } from '../../config/config-error.ts';
import { ConnectError, messageOf } from '../../errors/connect-error.ts';
import type { ConfigProvider, ConfigProviderPlugin } from '../../plugin-api/config-provider.ts';
import type { Log, Settings } from '../../plugin-api/source-connector.ts';
import { listSetting, settingsWithPrefix } from '../settings-prefix.ts';
import type { ResolvedSettings, SettingsResolver } from '../settings-resolver.ts';
import { ProviderResolver } from './provider-resolver.ts';

export interface OpenConfigProvidersOptions {
  /** Of the worker, as they are written. */
  readonly settings: Settings;
  readonly plugins: readonly ConfigProviderPlugin[];
  readonly log: Log;
}

/** The providers of a worker (`config.providers`), and its own settings resolved by them. */
export interface OpenConfigProviders {
  readonly resolver: SettingsResolver;
  readonly worker: ResolvedSettings;
  /** One more provider, for connectors only: it was not there when the worker's settings were resolved. */
  add(alias: string, provider: ConfigProvider): void;
  /** Never rejects. */
  close(): Promise<void>;
}

/**
 * Makes the config providers that the worker's settings name, in their order: the settings of each may have placeholders
 * of those before it. Rejects with a `config` error that names the key.
 */
export async function openConfigProviders({
  settings,
  plugins,
  log,
}: OpenConfigProvidersOptions): Promise<OpenConfigProviders> {
  const providers = new Map<string, ConfigProvider>();
  const resolver = new ProviderResolver(providers);
  const close = async () => {
    for (const [alias, provider] of providers) {
      try {
        await provider.close?.();
      } catch (error) {
        log('warn', `config provider ${alias} did not close in order: ${messageOf(error)}`);
      }
    }
  };
  try {
    for (const alias of listSetting(settings, 'config.providers')) {
      const plugin = requirePlugin(settings, alias, plugins);
      const prefix = `config.providers.${alias}.param.`;
      const { settings: own, secrets } = await resolver.resolve(settingsWithPrefix(settings, prefix));
      const provider = plugin.createConfigProvider();
      try {
        provider.configure(own, (level, message) =>
          log(level, secrets.hide(`config provider ${alias}: ${message}`)),
        );
      } catch (error) {
        throw new ConnectError('config', secrets.hide(`${prefix}*: ${messageOf(error)}`));
      }
      providers.set(alias, provider);
    }
    return {
      resolver,
      worker: await resolver.resolve(settings),
      add: (alias, provider) => void providers.set(alias, provider),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function requirePlugin(
  settings: Settings,
  alias: string,
  plugins: readonly ConfigProviderPlugin[],
): ConfigProviderPlugin {
  const key = `config.providers.${alias}.class`;
  const wanted = settings[key]?.trim() ?? '';
  if (wanted === '') {
    throw new ConnectError('config', `Missing required configuration "${key}" which has no default value.`);
  }
  const plugin = plugins.find(({ className }) => namesOf(className).includes(wanted));
  if (plugin !== undefined) return plugin;
  throw invalidValue(key, wanted, `Class ${wanted} could not be found.`);
}

/** The class name, its last part, and that without its ending. */
function namesOf(className: string): readonly string[] {
  const simple = className.slice(className.lastIndexOf('.') + 1);
  return [className, simple, simple.replace(/ConfigProvider$/, '')];
}
