import { join } from 'node:path';
import { startBrokerThread } from '../broker/start-broker.ts';
import { messageOf } from '../errors/connect-error.ts';
import { ensureVaultKey } from '../main/ensure-vault-key.ts';
import { productVersion } from '../main/product-version.ts';
import { type Loggers, startConsole, startWorker } from '../main.ts';
import { type CommandContext, FailedAfterStart, portOption } from './command-context.ts';
import { buildConsole } from './console-build.ts';
import { startConsoleServer } from './console-server.ts';
import { type DataFolder, dataPath, openDataFolder } from './data-folder.ts';
import { requireFreePort } from './free-port.ts';
import { laptopSettings } from './laptop-settings.ts';
import { readWorkerFile } from './settings-file.ts';
import { atFile, warnOfDuplicates } from './worker-file-errors.ts';

interface WorkerPlan {
  readonly settings: Readonly<Record<string, string>>;
  /** Where the settings are from; empty: our own. */
  readonly file: string;
  readonly embedded: boolean;
}

/** `millrace start`: embedded broker (or the cluster of `--config`), distributed worker, REST and console in one. */
export async function start(context: CommandContext): Promise<void> {
  const { parts, say, options } = context;
  const folder = openDataFolder(dataPath(options.data));
  parts.add(() => folder.release());
  const consolePort = portOption(context, 'port', 3000);
  await requireFreePort(consolePort, 'the console', '--port');
  if (options.config === undefined || options['rest-port'] !== undefined) {
    await requireFreePort(portOption(context, 'rest-port', 8083), 'Connect REST', '--rest-port');
  }
  const loggers = context.loggers('WARN');
  say(`Millrace ${productVersion()} is starting, data in ${folder.path}`);
  const built = buildConsole(say, parts.signal);
  built.catch(() => undefined);
  const plan = await planWorker(context, folder, loggers);
  const worker = await atFile(
    plan.file,
    startWorker({ mode: 'distributed', settings: plan.settings, loggers, isBrokerEmbedded: plan.embedded }),
  );
  parts.add(() => worker.stop());
  const log = loggers.logger('millrace.cli');
  // A worker that cannot start is shown by the console, so the process stays.
  worker.started.catch((error: unknown) => log.error('The worker could not start', error));
  const history = await startConsole({
    dataDirectory: folder.path,
    herder: worker.herder,
    warn: (message) => log.warn(message),
  });
  parts.add(() => history.stop());
  await built.catch((cause: unknown) => {
    throw new FailedAfterStart(messageOf(cause), { cause });
  });
  const server = await startConsoleServer(consolePort);
  parts.add(() => server.stop(500));
  say(summary(server.url, worker.restUrls, plan, folder));
}

async function planWorker(
  context: CommandContext,
  folder: DataFolder,
  loggers: Loggers,
): Promise<WorkerPlan> {
  const { parts, options } = context;
  const restPort = portOption(context, 'rest-port', 8083);
  const pluginPath = options['plugin-path'];
  if (options.config !== undefined) {
    const { entries, duplicates } = readWorkerFile(options.config);
    warnOfDuplicates(loggers, options.config, duplicates);
    const isPortGiven = options['rest-port'] !== undefined;
    const settings = {
      ...entries,
      ...(isPortGiven ? { listeners: `http://127.0.0.1:${restPort}` } : {}),
      ...(pluginPath === undefined ? {} : { 'plugin.path': pluginPath }),
    };
    return { settings, file: options.config, embedded: false };
  }
  const port = portOption(context, 'broker-port', 9092);
  await requireFreePort(port, 'the embedded broker', '--broker-port');
  const log = loggers.logger('millrace.broker');
  const broker = await startBrokerThread({
    port,
    dataDir: join(folder.path, 'broker'),
    log: (level, message) => log.log(level, message),
  });
  parts.add(() => broker.stop());
  return {
    settings: laptopSettings(broker.bootstrap, restPort, ensureVaultKey(folder.path), pluginPath),
    file: '',
    embedded: true,
  };
}

function summary(
  consoleUrl: string,
  restUrls: readonly string[],
  plan: WorkerPlan,
  folder: DataFolder,
): string {
  const bootstrap = plan.settings['bootstrap.servers'] ?? '';
  return `
  Console   ${consoleUrl}
  REST      ${restUrls.join(', ')}
  Kafka     ${bootstrap}${plan.embedded ? ' (embedded broker, for trying out)' : ''}
  Data      ${folder.path}

  Ctrl-C stops everything; the next start goes on where it was.
`;
}
