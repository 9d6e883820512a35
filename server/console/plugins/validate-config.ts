import type { ConfigField, ConfigFormAnswer, ValidateRequest } from '../../entities/console-plugin.ts';
import { ConnectError, messageOf } from '../../errors/connect-error.ts';
import { requireAddressableName } from '../../rest/connector-name.ts';
import { nothingHidden, restoreHidden, scrub } from '../connectors/secrets.ts';
import { requireHerder } from '../worker-access.ts';
import { findPlugin, ownKeysOf, toField } from './load-plugins.ts';

/**
 * Definitions of all keys and the outcome of every value, for drawing the form. Bad settings are in the answer; only
 * an unknown class and a worker that cannot answer reject.
 */
export async function validateConfig(
  className: string,
  request: ValidateRequest,
  signal: AbortSignal,
): Promise<ConfigFormAnswer> {
  const herder = requireHerder();
  const given = request.config['connector.class']?.trim();
  if (given !== undefined && !isSamePlugin(given, className)) {
    throw new ConnectError(
      'bad-request',
      `connector.class: this form is for ${className}, the document says ${given}.`,
    );
  }
  const stored = request.connector === null ? null : await herder.connectorConfig(request.connector);
  const { config, restored, missing } = restoreHidden(request.config, stored);
  const infos = await herder.validateConnectorConfig({ 'connector.class': className, ...config }, signal);
  const own = ownKeysOf(className);

  const fields = new Map<string, ConfigField>();
  const values: Record<string, { errors: string[]; recommended: string[]; visible: boolean }> = {};
  for (const { definition, value } of infos.configs) {
    const field = toField(definition, own.has(value.name));
    if (field !== null && !fields.has(field.name)) fields.set(field.name, field);
    const known = values[value.name];
    // A key may come twice (an override that the connector declares too): all its errors belong to one field.
    values[value.name] = {
      errors: [...(known?.errors ?? []), ...value.errors.map((message) => scrub(message, restored))],
      recommended: restored.has(value.name)
        ? []
        : [...(known?.recommended ?? []), ...value.recommendedValues],
      visible: value.visible,
    };
  }
  const nameProblem = request.connector === null ? problemOfName(config.name ?? '') : null;
  if (nameProblem !== null) values.name?.errors.push(nameProblem);
  for (const key of missing) {
    values[key] = { errors: [nothingHidden], recommended: [], visible: true };
  }
  return {
    errorCount: Object.values(values).reduce((sum, { errors }) => sum + errors.length, 0),
    groups: [...infos.groups],
    fields: [...fields.values()],
    values,
  };
}

/** What Connect allows as a name and no URL could hold is refused when it is created: the form says it before. */
function problemOfName(name: string): string | null {
  try {
    requireAddressableName(name);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

function isSamePlugin(a: string, b: string): boolean {
  return a === b || (findPlugin(a) !== null && findPlugin(a)?.className === findPlugin(b)?.className);
}
