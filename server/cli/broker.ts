import { join } from 'node:path';
import { startBroker } from '../broker/start-broker.ts';
import { type CommandContext, portOption } from './command-context.ts';
import { dataPath, openDataFolder } from './data-folder.ts';
import { requireFreePort } from './free-port.ts';

/** `millrace broker`: the embedded broker alone. */
export async function broker(context: CommandContext): Promise<void> {
  const { parts, say } = context;
  const folder = openDataFolder(dataPath(context.options.data));
  parts.add(() => folder.release());
  const port = portOption(context, 'port', 9092);
  await requireFreePort(port, 'the broker', '--port');
  const log = context.loggers('INFO').logger('millrace.broker');
  const running = await startBroker({
    port,
    dataDir: join(folder.path, 'broker'),
    log: (level, message) => log.log(level, message),
  });
  parts.add(() => running.stop());
  say(`Broker on ${running.bootstrap}, data in ${folder.path}. Ctrl-C stops it.`);
}
