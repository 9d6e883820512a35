import { join } from 'node:path';
import type { Database } from '../database/open-database.ts';
import { messageOf } from '../errors/connect-error.ts';
import type { Herder } from '../runtime/herder.ts';
import { setConsoleHandle } from './console-handle.ts';
import { type EventRecorder, startEventRecorder } from './history/event-recorder.ts';
import { EventStore } from './history/event-store.ts';
import { startThroughputRecorder } from './overview/throughput-recorder.ts';

export interface ConsoleSettings {
  /** Folder for the console's database `console.db`; null: no history is kept. */
  readonly dataDirectory: string | null;
  readonly herder: Herder;
  /** Host names besides loopback under which the console is asked for. */
  readonly allowedHosts: readonly string[];
  readonly warn: (message: string) => void;
}

export interface RunningConsole {
  stop(): Promise<void>;
}

/**
 * Starts what the console keeps beside the worker. Called by the composition root before pages are served; a database
 * that cannot be used is warned about, and the console does without.
 */
export async function startConsole(settings: ConsoleSettings): Promise<RunningConsole> {
  let database: Database | null = null;
  let store: EventStore | null = null;
  let recorder: EventRecorder | null = null;
  if (settings.dataDirectory !== null) {
    try {
      // Imported here, so that a worker without console never loads Prisma.
      const { openDatabase } = await import('../database/open-database.ts');
      database = await openDatabase(join(settings.dataDirectory, 'console.db'));
      store = new EventStore(database);
      recorder = startEventRecorder(settings.herder.events, store, settings.warn);
    } catch (error) {
      settings.warn(`The console keeps no history: ${messageOf(error)}`);
    }
  }
  const throughput = startThroughputRecorder(settings.herder);
  setConsoleHandle({ history: store, throughput, allowedHosts: settings.allowedHosts });
  return {
    async stop() {
      setConsoleHandle(null);
      throughput.stop();
      await recorder?.stop();
      await database?.$disconnect().catch(() => undefined);
    },
  };
}
