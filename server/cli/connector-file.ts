import { parseJavaProperties } from '../config/java-properties.ts';
import { ConnectError, messageOf } from '../errors/connect-error.ts';
import { type ConnectorRequest, parseConnectorJson } from '../main/connector-json.ts';
import { readSettingsFile } from './settings-file.ts';

/**
 * A connector to create at the start of a standalone worker, from a file in one of three formats: a JSON object of
 * settings, a JSON request to create a connector, or Java properties. Throws a `config` error that names the file.
 */
export function readConnectorFile(path: string): ConnectorRequest {
  const bytes = readSettingsFile(path);
  try {
    const text = bytes.toString('utf8').replace(/^\ufeff/, '');
    if (text.trimStart().startsWith('{')) return parseConnectorJson(text);
    const { entries } = parseJavaProperties(bytes.toString('latin1'), path);
    return requireName(entries);
  } catch (error) {
    const message = messageOf(error);
    throw new ConnectError('config', message.startsWith(path) ? message : `${path}: ${message}`, {
      cause: error,
    });
  }
}

function requireName(config: Readonly<Record<string, string>>): ConnectorRequest {
  const { name } = config;
  if (name === undefined) {
    throw new ConnectError(
      'config',
      "the connector's configuration is missing the mandatory 'name' configuration",
    );
  }
  return { name: name.trim(), config, initialState: null };
}
