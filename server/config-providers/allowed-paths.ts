import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { isAbsolute, normalize, relative, resolve, sep } from 'node:path';
import { ConnectError } from '../errors/connect-error.ts';
import type { Log, Settings } from '../plugin-api/source-connector.ts';

/**
 * The files and folders that a provider may read (`allowed.paths`). Symbolic links are followed before the decision, so
 * that none leads out; they may lead from one allowed path to another.
 */
export class AllowedPaths {
  readonly #allowed: readonly string[];

  readonly #log: Log;

  /** Throws a `config` error for a path that is not absolute or does not exist. */
  constructor(settings: Settings, log: Log) {
    this.#log = log;
    const parts = (settings['allowed.paths'] ?? '').split(',').map((path) => path.trim());
    this.#allowed = parts.filter((path) => path !== '').map(requirePath);
    if (this.#allowed.length > 0) return;
    log(
      'warn',
      'allowed.paths is not set: whoever may configure connectors can read every file of the worker',
    );
  }

  /** The path to read, or null, with a warning, when it may not be read. One that does not exist is judged by its name. */
  async find(path: string): Promise<string | null> {
    const found = await this.#find(path);
    if (found === null) this.#log('warn', `The path ${path} is not allowed to be accessed`);
    return found;
  }

  async #find(path: string): Promise<string | null> {
    const wanted = resolve(path);
    if (this.#allowed.length === 0) return wanted;
    if (!isAbsolute(path) || !this.#allowed.some((allowed) => isWithin(allowed, wanted))) return null;
    const real = await realpath(wanted).catch(() => null);
    if (real === null) return wanted;
    for (const allowed of this.#allowed) {
      const realAllowed = await realpath(allowed).catch(() => allowed);
      if (isWithin(realAllowed, real)) return real;
    }
    return null;
  }
}

function requirePath(path: string): string {
  if (!isAbsolute(path)) throw new ConnectError('config', `allowed.paths: Path ${path} is not absolute`);
  if (!existsSync(path)) throw new ConnectError('config', `allowed.paths: Path ${path} does not exist`);
  return normalize(path);
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}
