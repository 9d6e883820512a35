import { messageOf } from '../errors/connect-error.ts';
import { startWorker } from '../main.ts';
import { type CommandContext, FailedAfterStart } from './command-context.ts';
import { readConnectorFile } from './connector-file.ts';
import { readWorkerFile } from './settings-file.ts';
import { atFile, warnOfDuplicates } from './worker-file-errors.ts';

const createTimeoutMs = 90_000;

/** `millrace standalone`: a standalone worker and its connectors, created one after the other. */
export async function standalone(context: CommandContext): Promise<void> {
  const [file = '', ...connectorFiles] = context.files;
  const { entries, duplicates } = readWorkerFile(file);
  const loggers = context.loggers('INFO');
  warnOfDuplicates(loggers, file, duplicates);
  const running = await atFile(
    file,
    startWorker({ mode: 'standalone', settings: entries, loggers, isBrokerEmbedded: false }),
  );
  context.parts.add(() => running.stop());
  const log = loggers.logger('millrace.cli');
  try {
    await running.started;
    for (const path of connectorFiles) {
      const { name, config, initialState } = readConnectorFile(path);
      await running
        .createConnector(name, config, initialState, AbortSignal.timeout(createTimeoutMs))
        .catch((cause: unknown) => {
          throw new FailedAfterStart(`${path}: connector ${name} could not be created: ${messageOf(cause)}`, {
            cause,
          });
        });
      log.info(`Created connector ${name} of ${path}`);
    }
  } catch (cause) {
    throw cause instanceof FailedAfterStart ? cause : new FailedAfterStart(messageOf(cause), { cause });
  }
}
