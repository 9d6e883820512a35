import type { ConfigProviderPlugin } from '../plugin-api/config-provider.ts';
import type { Plugin } from '../plugin-api/plugin.ts';

/** A package that plugins are loaded from. Plain data: it crosses threads. */
export interface PluginLocation {
  /** With all symbolic links resolved; nothing is loaded from outside. */
  readonly folder: string;
  /** Of the package. */
  readonly name: string;
  /** Of the package; plugins without a version of their own have this one. */
  readonly version: string | null;
  /** Modules that export plugins: absolute, links resolved, inside the folder. */
  readonly entries: readonly string[];
  /** The package's own picture, checked; null: none. */
  readonly iconSvg: string | null;
}

/** What was found in a location. */
export interface LoadedLocation {
  readonly location: PluginLocation;
  readonly plugins: readonly Plugin[];
  readonly configProviders: readonly ConfigProviderPlugin[];
}

/** A location that cannot be used, and why. */
export interface BrokenLocation {
  readonly folder: string;
  /** Of the package, or of the folder where the package does not say. */
  readonly name: string;
  readonly version: string | null;
  readonly reason: string;
}

/** All that does not come with Millrace. */
export interface InstalledPlugins {
  readonly loaded: readonly LoadedLocation[];
  readonly broken: readonly BrokenLocation[];
}

export const nothingInstalled: InstalledPlugins = { loaded: [], broken: [] };
