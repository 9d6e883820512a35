import type { Herder } from '../runtime/herder.ts';
import type { Loggers } from '../runtime/log.ts';

/** What the resources work on. */
export interface RestContext {
  readonly herder: Herder;
  readonly loggers: Loggers;
}
