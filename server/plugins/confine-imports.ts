import { registerHooks } from 'node:module';
import { dirname, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConnectError } from '../errors/connect-error.ts';

/**
 * From now on and in this thread, modules of the folder get `millrace/plugin-api/…` from this very Millrace, wherever
 * the folder is, and nothing else from outside: what they need must be in the folder, or beside it where npm has put
 * it in the same `node_modules`. This keeps packages apart; it does not keep bad ones from doing harm.
 */
export function confineImports(folder: string): void {
  const inside = pathToFileURL(folder + sep).href;
  const allowed = pathToFileURL((nodeModulesOf(folder) ?? folder) + sep).href;
  registerHooks({
    resolve(specifier, context, nextResolve) {
      if (!context.parentURL?.startsWith(inside)) return nextResolve(specifier, context);
      const api = /^millrace\/plugin-api\/([a-z-]+)$/.exec(specifier)?.[1];
      if (api !== undefined) {
        return nextResolve(new URL(`../plugin-api/${api}.ts`, import.meta.url).href, context);
      }
      if (/^millrace(\/|$)/.test(specifier)) {
        throw new ConnectError('config', `${specifier} is not for plugins; millrace/plugin-api/… is`);
      }
      const resolved = nextResolve(specifier, context);
      if (resolved.url.startsWith('node:') || resolved.url.startsWith(allowed)) return resolved;
      throw new ConnectError('config', `${specifier} leads out of the package`);
    },
  });
}

/** The `node_modules` that npm has put the package in. */
function nodeModulesOf(folder: string): string | null {
  for (const parent of [dirname(folder), dirname(dirname(folder))]) {
    if (parent.endsWith(`${sep}node_modules`)) return parent;
    if (!parent.slice(parent.lastIndexOf(sep) + 1).startsWith('@')) return null;
  }
  return null;
}
