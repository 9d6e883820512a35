import type { ConfigInfos, ConfigKeyInfo } from '../entities/config-infos.ts';
import type { PluginInfo } from '../entities/connector-plugin.ts';
import { ConnectError } from '../errors/connect-error.ts';
import type * as runtime from '../runtime/config-infos.ts';
import { parseConfigBody, toFlatConfig } from './flat-config.ts';
import { booleanQuery } from './request-path.ts';
import type { RestContext } from './rest-context.ts';
import { ok, param, type RestAnswer, type RestRequest } from './route.ts';

/**
 * Apache's three members and no more: strict clients refuse others. Where a plugin is, and which are broken, the
 * console's own API says.
 */
export function listPlugins({ herder }: RestContext, { query }: RestRequest): RestAnswer {
  const plugins = herder.plugins(booleanQuery(query, 'connectorsOnly', true));
  const infos = plugins.map(
    ({ className, type, version }): PluginInfo => ({
      class: className,
      type,
      ...(version === 'undefined' ? {} : { version }),
    }),
  );
  return ok(infos);
}

export async function getPluginConfig({ herder }: RestContext, request: RestRequest): Promise<RestAnswer> {
  const plugin = param(request, 'plugin');
  const configs = await herder.pluginConfig(plugin, request.query.get('version'));
  return ok(configs.flatMap(({ definition }) => (definition === null ? [] : [toConfigKeyInfo(definition)])));
}

export async function validateConfig({ herder }: RestContext, request: RestRequest): Promise<RestAnswer> {
  const plugin = param(request, 'plugin');
  const config = toFlatConfig(parseConfigBody(request.body), 'The request body');
  const included = config['connector.class'] ?? null;
  if (included === null) {
    throw new ConnectError('bad-request', 'Connector config contains no connector type');
  }
  if (!shortName(included).endsWith(shortName(plugin))) {
    throw new ConnectError(
      'bad-request',
      `Included connector type ${included} does not match request type ${plugin}`,
    );
  }
  const infos = await herder.validateConnectorConfig(config, request.signal);
  refuseUnknownClass(infos);
  return ok(toConfigInfos(infos));
}

/** Without its class there is no definition to validate against; clients match the beginning of this message. */
function refuseUnknownClass({ configs }: runtime.ConfigInfos): void {
  const errors = configs.flatMap(({ value }) => (value.name === 'connector.class' ? value.errors : []));
  const unknown = errors.find((message) =>
    /^(Failed to find any class|More than one connector)/.test(message),
  );
  if (unknown !== undefined) throw new ConnectError('bad-request', unknown);
}

/** `Connector` alone stays what it is. */
function shortName(plugin: string): string {
  return plugin.replace(/(?<=.)Connector$/, '');
}

function toConfigInfos(infos: runtime.ConfigInfos): ConfigInfos {
  return {
    name: infos.name,
    error_count: infos.errorCount,
    groups: [...infos.groups],
    configs: infos.configs.map(({ definition, value }) => ({
      definition: definition === null ? null : toConfigKeyInfo(definition),
      value: {
        name: value.name,
        value: value.value,
        recommended_values: [...value.recommendedValues],
        errors: [...value.errors],
        visible: value.visible,
      },
    })),
  };
}

function toConfigKeyInfo(key: runtime.ConfigKeyInfo): ConfigKeyInfo {
  return {
    name: key.name,
    type: key.type,
    required: key.required,
    default_value: key.defaultValue,
    importance: key.importance,
    documentation: key.documentation,
    group: key.group,
    order_in_group: key.orderInGroup,
    width: key.width,
    display_name: key.displayName,
    dependents: [...key.dependents],
  };
}
