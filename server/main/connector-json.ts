import type { RawConfig } from '../config/config-key.ts';
import { ConnectError } from '../errors/connect-error.ts';
import { withName } from '../rest/connector-name.ts';
import { parseInitialState } from '../rest/connectors.ts';
import { parseConfigBody, toFlatConfig } from '../rest/flat-config.ts';
import { isJsonObject } from '../rest/json-reader.ts';
import type { TargetState } from '../runtime/herder.ts';

/** A connector to be created. */
export interface ConnectorRequest {
  readonly name: string;
  readonly config: RawConfig;
  readonly initialState: TargetState | null;
}

/**
 * A connector from a JSON file: a map of settings with `name`, or `{name, config, initial_state}`, whose other members
 * are ignored. Throws what REST would answer to such a body.
 */
export function parseConnectorJson(text: string): ConnectorRequest {
  const value = parseConfigBody(text);
  if (!isJsonObject(value)) throw new ConnectError('config', 'a JSON object of settings is expected');
  if (isJsonObject(value.config)) {
    const name = String(value.name ?? '').trim();
    if (name === '') throw missingName();
    return {
      name,
      config: withName(name, toFlatConfig(value.config, '"config"')),
      initialState: parseInitialState(value.initial_state ?? null),
    };
  }
  const config = toFlatConfig(value, 'the file');
  const name = config.name?.trim() ?? '';
  if (name === '') throw missingName();
  return { name, config, initialState: null };
}

function missingName(): ConnectError {
  return new ConnectError(
    'config',
    "the connector's configuration is missing the mandatory 'name' configuration",
  );
}
