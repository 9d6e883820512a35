import { queryOptions } from '@tanstack/react-query';
import type {
  ConfigFormAnswer,
  PluginDetail,
  PluginList,
  ValidateRequest,
} from '../../server/entities/console-plugin.ts';
import { apiPaths, type PluginChoice } from '../paths.ts';
import { fetchJson } from './fetch-json.ts';

export const pluginsQuery = queryOptions({
  queryKey: ['plugins'],
  queryFn: ({ signal }) => fetchJson<PluginList>(apiPaths.plugins, { signal }),
});

export function pluginQuery(className: string, choice: PluginChoice = {}) {
  return queryOptions({
    queryKey: ['plugins', className, choice.type ?? null, choice.version ?? null],
    queryFn: ({ signal }) => fetchJson<PluginDetail>(apiPaths.plugin(className, choice), { signal }),
  });
}

export function validateConfig(
  className: string,
  body: ValidateRequest,
  signal: AbortSignal,
): Promise<ConfigFormAnswer> {
  return fetchJson<ConfigFormAnswer>(apiPaths.validate(className), { method: 'POST', body, signal });
}

/** Definitions and first validation of a form. `gcTime` 0: coming back to a form begins anew. */
export function configFormQuery(
  className: string,
  connector: string | null,
  config: Readonly<Record<string, string>>,
) {
  return queryOptions({
    queryKey: ['config-form', className, connector, config],
    queryFn: ({ signal }) => validateConfig(className, { connector, config }, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
}
