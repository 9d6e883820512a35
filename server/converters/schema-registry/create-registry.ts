import type { Settings } from '../../plugin-api/source-connector.ts';
import { configuredHeaders, registryAuthentication, registryUrls } from './registry-authentication.ts';
import { RegistryClient } from './registry-client.ts';
import type { RegistrySettings } from './registry-keys.ts';
import { registryTls } from './registry-tls.ts';
import { RegistryTransport } from './registry-transport.ts';
import type { SchemaRegistry } from './schema-registry.ts';

/** A client of the registry that the settings name; `raw` has the `request.header.` keys. Connects to nothing yet. */
export function createRegistry(settings: RegistrySettings, raw: Settings): SchemaRegistry {
  const tls = registryTls(settings);
  const transport = new RegistryTransport({
    urls: registryUrls(settings['schema.registry.url']),
    authentication: registryAuthentication(settings, raw, tls),
    headers: configuredHeaders(raw),
    tls,
    connectTimeoutMs: settings['http.connect.timeout.ms'],
    readTimeoutMs: settings['http.read.timeout.ms'],
    maxRetries: settings['max.retries'],
    retryWaitMs: settings['retries.wait.ms'],
    retryMaxWaitMs: settings['retries.max.wait.ms'],
  });
  return new RegistryClient({
    transport,
    normalizes: settings['normalize.schemas'],
    propagatesTags: settings['propagate.schema.tags'],
    schemaFormat: settings['schema.format'],
  });
}
