import { realpathSync } from 'node:fs';
import { basename, extname, join, sep } from 'node:path';
import { ConnectError } from '../errors/connect-error.ts';
import { pluginApiVersion } from '../plugin-api/api-version.ts';
import { readBoundedText } from './bounded-text.ts';
import type { PluginLocation } from './plugin-location.ts';
import { checkSvg, maxSvgBytes } from './plugin-svg.ts';

const maxManifestBytes = 1024 * 1024;
const maxEntries = 100;
const entryKinds = ['.js', '.mjs', '.ts', '.mts'];

type JsonObject = Readonly<Record<string, unknown>>;

/** What a folder says of itself before anything of it is run. */
export type FoundManifest =
  | { readonly kind: 'none' }
  | { readonly kind: 'location'; readonly location: PluginLocation }
  | {
      readonly kind: 'broken';
      readonly name: string;
      readonly version: string | null;
      readonly reason: string;
    };

/**
 * Reads the `millrace` entry of the package in `folder`, whose links are resolved. A folder without `package.json` or
 * without that entry is none of ours.
 */
export function readPluginManifest(folder: string): FoundManifest {
  const path = join(folder, 'package.json');
  let manifest: JsonObject;
  try {
    manifest = parseObject(readBoundedText(path, 'package.json', maxManifestBytes));
  } catch (error) {
    if (isMissing(error)) return { kind: 'none' };
    return { kind: 'broken', name: basename(folder), version: null, reason: reasonOf(error) };
  }
  if (!Object.hasOwn(manifest, 'millrace')) return { kind: 'none' };
  const name = shortText(manifest.name) ?? basename(folder);
  const version = shortText(manifest.version);
  try {
    return {
      kind: 'location',
      location: { folder, name, version, ...parseEntry(folder, manifest.millrace) },
    };
  } catch (error) {
    return { kind: 'broken', name, version, reason: reasonOf(error) };
  }
}

function parseEntry(folder: string, entry: unknown): Pick<PluginLocation, 'entries' | 'iconSvg'> {
  if (!isObject(entry)) throw wrong('millrace must be an object');
  const known = ['pluginApi', 'plugins', 'icon'];
  const unknown = Object.keys(entry).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw wrong(`millrace.${unknown.slice(0, 100)} is not known; there are ${known.join(', ')}`);
  }
  if (entry.pluginApi !== pluginApiVersion) {
    throw wrong(
      `it is written for plugin API ${JSON.stringify(entry.pluginApi ?? null)?.slice(0, 50)} (millrace.pluginApi), this is Millrace with plugin API ${pluginApiVersion}`,
    );
  }
  const plugins = entry.plugins;
  if (!Array.isArray(plugins) || plugins.length === 0) {
    throw wrong('millrace.plugins must be a list of modules, such as ["./source-plugin.js"]');
  }
  if (plugins.length > maxEntries) throw wrong(`millrace.plugins has more than ${maxEntries} modules`);
  const entries = plugins.map((path: unknown, index) => {
    const key = `millrace.plugins[${index}]`;
    const file = resolveInside(folder, path, key);
    if (!entryKinds.includes(extname(file))) throw wrong(`${key} must end with ${entryKinds.join(', ')}`);
    return file;
  });
  if (entry.icon === undefined) return { entries, iconSvg: null };
  const icon = resolveInside(folder, entry.icon, 'millrace.icon');
  return { entries, iconSvg: checkSvg(readBoundedText(icon, 'millrace.icon', maxSvgBytes), 'millrace.icon') };
}

/** The real path of a file that must be inside the folder, whatever links and dots lead to it. */
function resolveInside(folder: string, path: unknown, key: string): string {
  if (typeof path !== 'string' || !path.startsWith('./') || path.length > 1024 || path.includes('\0')) {
    throw wrong(`${key} must be a path that starts with ./`);
  }
  let file: string;
  try {
    file = realpathSync(join(folder, path));
  } catch {
    throw wrong(`${key}: there is no file ${path}`);
  }
  if (!file.startsWith(folder + sep)) throw wrong(`${key}: ${path} leads out of the package`);
  return file;
}

function parseObject(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong('package.json is not JSON');
  }
  if (!isObject(value)) throw wrong('package.json is not a JSON object');
  return value;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shortText(value: unknown): string | null {
  return typeof value === 'string' && /^[\x21-\x7e]{1,214}$/.test(value) ? value : null;
}

function isMissing(error: unknown): boolean {
  const cause = error instanceof ConnectError ? error.cause : error;
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR');
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function wrong(message: string): ConnectError {
  return new ConnectError('config', message);
}
