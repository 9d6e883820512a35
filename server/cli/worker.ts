import { messageOf } from '../errors/connect-error.ts';
import { startWorker } from '../main.ts';
import { type CommandContext, FailedAfterStart } from './command-context.ts';
import { readWorkerFile } from './settings-file.ts';
import { atFile, warnOfDuplicates } from './worker-file-errors.ts';

/** `millrace worker`: a distributed worker without console. */
export async function worker(context: CommandContext): Promise<void> {
  const [file = ''] = context.files;
  const { entries, duplicates } = readWorkerFile(file);
  const loggers = context.loggers('INFO');
  warnOfDuplicates(loggers, file, duplicates);
  const running = await atFile(
    file,
    startWorker({ mode: 'distributed', settings: entries, loggers, isBrokerEmbedded: false }),
  );
  context.parts.add(() => running.stop());
  await running.started.catch((cause: unknown) => {
    throw new FailedAfterStart(`The worker could not start: ${messageOf(cause)}`, { cause });
  });
}
