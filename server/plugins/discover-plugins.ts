import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { messageOf } from '../errors/connect-error.ts';
import { brokenLocation, loadLocations } from './load-location.ts';
import type { BrokenLocation, InstalledPlugins, PluginLocation } from './plugin-location.ts';
import { readPluginManifest } from './plugin-manifest.ts';
import { type PluginListing, type ProbeAnswer, probeLocation } from './probe-location.ts';

export interface DiscoveryOptions {
  /** `plugin.path`: packages, or folders of packages. */
  readonly pluginPath: readonly string[];
  /** Folder of Millrace: packages that it depends on are looked at, too. */
  readonly installFolder: string;
  readonly warn: (message: string) => void;
  /** For one package. */
  readonly probeTimeoutMs?: number;
  /** For all of them: what is not looked at by then counts as broken. */
  readonly totalTimeoutMs?: number;
}

const maxLocations = 1_000;
const probesAtOnce = 4;

/** Packages that were tried, and what works of them. */
export interface ProbedPlugins {
  readonly working: readonly {
    readonly location: PluginLocation;
    readonly plugins: readonly PluginListing[];
  }[];
  readonly broken: readonly BrokenLocation[];
}

/**
 * Finds packages with a `millrace` entry in their `package.json`, tries each in a thread of its own, and loads those
 * that work. Never rejects, and ends within the bounds: what does not work is listed with the reason.
 */
export async function discoverPlugins(options: DiscoveryOptions): Promise<InstalledPlugins> {
  const { working, broken } = await probePlugins(options);
  const installed = await loadLocations(working.map(({ location }) => location));
  const all = [...broken, ...installed.broken];
  for (const { folder, reason } of all) {
    options.warn(`The plugins in ${folder} cannot be used: ${reason}`);
  }
  return { loaded: installed.loaded, broken: all };
}

/** As `discoverPlugins`, but loads nothing into this thread. */
export async function probePlugins(options: DiscoveryOptions): Promise<ProbedPlugins> {
  const { probeTimeoutMs = 20_000, totalTimeoutMs = 60_000 } = options;
  const deadline = Date.now() + totalTimeoutMs;
  const found = findLocations(options);
  const answers = new Map<PluginLocation, ProbeAnswer>();
  const waiting = [...found.locations];
  const probe = async () => {
    for (let location = waiting.shift(); location !== undefined; location = waiting.shift()) {
      const left = deadline - Date.now();
      const reason = `it was not looked at: the packages before it took longer than ${totalTimeoutMs} ms`;
      const answer: ProbeAnswer =
        left > 0 ? await probeLocation(location, Math.min(left, probeTimeoutMs)) : { kind: 'broken', reason };
      answers.set(location, answer);
    }
  };
  await Promise.all(Array.from({ length: probesAtOnce }, probe));
  const outcomes = found.locations.map((location) => ({ location, answer: answers.get(location) }));
  return {
    working: outcomes.flatMap(({ location, answer }) =>
      answer?.kind === 'works' ? [{ location, plugins: answer.plugins }] : [],
    ),
    broken: [
      ...found.broken,
      ...outcomes.flatMap(({ location, answer }) =>
        answer?.kind === 'broken' ? [brokenLocation(location, answer.reason)] : [],
      ),
    ],
  };
}

interface FoundLocations {
  readonly locations: readonly PluginLocation[];
  readonly broken: readonly BrokenLocation[];
}

/** Runs nothing of what it finds. A folder that is named twice counts once. */
export function findLocations({ pluginPath, installFolder, warn }: DiscoveryOptions): FoundLocations {
  const locations = new Map<string, PluginLocation>();
  const broken = new Map<string, BrokenLocation>();
  const look = (path: string, isOurs: boolean): boolean => {
    const folder = realFolder(path);
    if (folder === null) return false;
    if (locations.size + broken.size >= maxLocations) return false;
    const found = readPluginManifest(folder);
    if (found.kind === 'location') locations.set(folder, found.location);
    // What npm installs for others is none of our business, however odd.
    else if (found.kind === 'broken' && (isOurs || found.version !== null)) {
      broken.set(folder, { folder, name: found.name, version: found.version, reason: found.reason });
    }
    return found.kind !== 'none';
  };
  for (const name of dependenciesOf(installFolder)) look(join(installFolder, 'node_modules', name), false);
  for (const path of pluginPath) {
    const folder = realFolder(resolve(path));
    if (folder === null) {
      warn(`plugin.path: ${path} is not a folder`);
      continue;
    }
    if (look(folder, true)) continue;
    for (const child of childrenOf(folder, warn)) {
      if (look(join(folder, child), true) || !child.startsWith('@')) continue;
      for (const scoped of childrenOf(join(folder, child), warn)) look(join(folder, child, scoped), true);
    }
  }
  if (locations.size + broken.size >= maxLocations) {
    warn(`plugin.path: more than ${maxLocations} packages; the others are not looked at`);
  }
  return { locations: [...locations.values()], broken: [...broken.values()] };
}

function realFolder(path: string): string | null {
  try {
    const folder = realpathSync(path);
    return statSync(folder).isDirectory() ? folder : null;
  } catch {
    return null;
  }
}

function childrenOf(folder: string, warn: (message: string) => void): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith('.') && name !== 'node_modules')
      .sort();
  } catch (error) {
    warn(`plugin.path: ${basename(folder)} cannot be read: ${messageOf(error)}`);
    return [];
  }
}

/** Names of the packages that Millrace's own `package.json` asks for: others come along with these. */
function dependenciesOf(installFolder: string): readonly string[] {
  try {
    const manifest: { dependencies?: object; optionalDependencies?: object } = JSON.parse(
      readFileSync(join(installFolder, 'package.json'), 'utf8'),
    );
    return Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
  } catch {
    return [];
  }
}
