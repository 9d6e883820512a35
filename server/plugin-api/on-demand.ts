import { ConnectError } from '../errors/connect-error.ts';

export interface OnDemand<Module> {
  /** Brings the code; once. */
  load(): Promise<void>;
  /** Throws before `load` has resolved. */
  readonly module: Module;
}

/** Code that most tasks never need, so that a task's thread starts without it: `onDemand(() => import('./big.ts'))`. */
export function onDemand<Module>(bring: () => Promise<Module>): OnDemand<Module> {
  let brought: Module | null = null;
  return {
    async load() {
      brought ??= await bring();
    },
    get module() {
      if (brought !== null) return brought;
      throw new ConnectError('illegal-state', 'The code of this plugin has not been loaded yet');
    },
  };
}
