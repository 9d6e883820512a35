import { configProviderPlugins } from '../config-providers/config-provider-plugins.ts';
import type { ConfigProviderPlugin } from '../plugin-api/config-provider.ts';

/** Config providers that come with Millrace; environment variables are those of `environment`. */
export function bundledConfigProviders(
  environment: Readonly<Record<string, string | undefined>>,
): readonly ConfigProviderPlugin[] {
  return configProviderPlugins(environment);
}
