import type { ConfigDef } from '../config/config-def.ts';
import type { Converter, HeaderConverter } from './converter.ts';
import type { SinkConnector, SinkTask } from './sink-connector.ts';
import type { SourceConnector, SourceTask } from './source-connector.ts';
import type { Predicate, Transformation } from './transformation.ts';

export type SupportLevel = 'supported' | 'community' | 'experimental';

/** What every plugin says of itself. */
export interface PluginDescription {
  /** Class name as in Apache's or the vendor's Java plugin. */
  readonly className: string;
  readonly version: string;
  /** For people: `FileStream source`. */
  readonly title: string;
  /** One or two sentences: what it does. */
  readonly summary: string;
  readonly support: SupportLevel;
  /** Where it reads from or writes to: `file`, `database`, `object store`, `queue`, `http` … */
  readonly system: string;
  /** What it was verified against, in words. */
  readonly verified: string;
  readonly config: ConfigDef;
  /** Beside its title; absent: one that suits `system`. A package may bring a picture of its own instead. */
  readonly icon?: PluginIcon;
}

export const pluginIcons = [
  'broker',
  'chart',
  'chat',
  'clock',
  'cloud',
  'code',
  'database',
  'device',
  'document',
  'file',
  'filter',
  'folder',
  'generator',
  'key',
  'mail',
  'object-store',
  'queue',
  'search',
  'table',
  'text',
  'web',
] as const;

export type PluginIcon = (typeof pluginIcons)[number];

export interface SourceConnectorPlugin extends PluginDescription {
  readonly type: 'source';
  readonly taskClassName: string;
  createConnector(): SourceConnector;
  createTask(): SourceTask;
}

export interface SinkConnectorPlugin extends PluginDescription {
  readonly type: 'sink';
  readonly taskClassName: string;
  createConnector(): SinkConnector;
  createTask(): SinkTask;
}

export interface ConverterPlugin extends PluginDescription {
  readonly type: 'converter';
  /** Brings code that is loaded only when it is used; the runtime waits for it before it creates. */
  readonly load?: () => Promise<void>;
  createConverter(): Converter;
}

export interface HeaderConverterPlugin extends PluginDescription {
  readonly type: 'header_converter';
  createHeaderConverter(): HeaderConverter;
}

export interface TransformationPlugin extends PluginDescription {
  readonly type: 'transformation';
  createTransformation(): Transformation;
}

export interface PredicatePlugin extends PluginDescription {
  readonly type: 'predicate';
  createPredicate(): Predicate;
}

export type ConnectorPlugin = SourceConnectorPlugin | SinkConnectorPlugin;

/** What a plugin's `plugin.ts` exports as `plugin`, and what the catalogue lists. */
export type Plugin =
  | ConnectorPlugin
  | ConverterPlugin
  | HeaderConverterPlugin
  | TransformationPlugin
  | PredicatePlugin;

type Packaged<Kind extends PluginDescription> = Omit<
  Kind,
  'version' | 'support' | 'system' | 'verified' | 'taskClassName'
> &
  Partial<Pick<Kind, 'version' | 'support' | 'system' | 'verified'>> & { readonly taskClassName?: string };

/** A plugin as a package exports it: what is left out is taken from the package, or a default. */
export type PackagedPlugin =
  | Packaged<SourceConnectorPlugin>
  | Packaged<SinkConnectorPlugin>
  | Packaged<ConverterPlugin>
  | Packaged<HeaderConverterPlugin>
  | Packaged<TransformationPlugin>
  | Packaged<PredicatePlugin>;
