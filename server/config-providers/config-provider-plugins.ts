import { bundledVersion } from '../plugin-api/bundled-version.ts';
import type { ConfigProviderPlugin } from '../plugin-api/config-provider.ts';
import { DirectoryConfigProvider } from './directory-config-provider.ts';
import { EnvVarConfigProvider, envVarProviderConfig } from './env-var-config-provider.ts';
import { FileConfigProvider, pathProviderConfig } from './file-config-provider.ts';

const about = {
  type: 'configprovider',
  version: bundledVersion,
  support: 'supported',
  verified: 'Rules of the Java provider of Apache Kafka 4.3.1.',
} as const;

/** Every config provider that comes with Millrace; environment variables are those of `environment`. */
export function configProviderPlugins(
  environment: Readonly<Record<string, string | undefined>>,
): readonly ConfigProviderPlugin[] {
  return [
    {
      ...about,
      className: 'org.apache.kafka.common.config.provider.FileConfigProvider',
      title: 'Properties file',
      summary: 'Values are properties of files.',
      system: 'file',
      config: pathProviderConfig,
      createConfigProvider: () => new FileConfigProvider(),
    },
    {
      ...about,
      className: 'org.apache.kafka.common.config.provider.DirectoryConfigProvider',
      title: 'Folder of files',
      summary: 'Values are whole files of a folder.',
      system: 'file',
      config: pathProviderConfig,
      createConfigProvider: () => new DirectoryConfigProvider(),
    },
    {
      ...about,
      className: 'org.apache.kafka.common.config.provider.EnvVarConfigProvider',
      title: 'Environment variables',
      summary: 'Values are environment variables of the worker.',
      system: 'environment',
      config: envVarProviderConfig,
      createConfigProvider: () => new EnvVarConfigProvider(environment),
    },
  ];
}
