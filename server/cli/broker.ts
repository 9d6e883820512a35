import { join } from 'node:path';
import { startBroker } from '../broker/start-broker.ts';
import { parseJavaProperties } from '../config/java-properties.ts';
import { ConnectError } from '../errors/connect-error.ts';
import { type CommandContext, portOption } from './command-context.ts';
import { dataPath, openDataFolder } from './data-folder.ts';
import { requireFreePort } from './free-port.ts';
import { readSettingsFile } from './settings-file.ts';

/** `millrace broker`: the embedded broker alone. */
export async function broker(context: CommandContext): Promise<void> {
  const { parts, say } = context;
  const { config, users: usersFile } = context.options;
  const settings = config === undefined ? {} : readEntries(config);
  const users = usersFile === undefined ? null : readEntries(usersFile);
  const folder = openDataFolder(dataPath(context.options.data));
  parts.add(() => folder.release());
  const port = portOption(context, 'port', 9092);
  await requireFreePort(port, 'the broker', '--port');
  const log = context.loggers('INFO').logger('millrace.broker');
  const running = await startBroker({
    port,
    dataDir: join(folder.path, 'broker'),
    settings,
    ...(users === null ? {} : { sasl: { users } }),
    log: (level, message) => log.log(level, message),
  });
  parts.add(() => running.stop());
  const security = users === null ? '' : ' (SASL_PLAINTEXT, mechanism PLAIN)';
  say(`Broker on ${running.bootstrap}${security}, data in ${folder.path}. Ctrl-C stops it.`);
}

/** Throws a `config` error that names the file, and the key that it has twice. */
function readEntries(path: string): Readonly<Record<string, string>> {
  const { entries, duplicates } = parseJavaProperties(readSettingsFile(path).toString('latin1'), path);
  if (duplicates.length > 0) throw new ConnectError('config', `${path} has ${duplicates.join(', ')} twice`);
  return entries;
}
