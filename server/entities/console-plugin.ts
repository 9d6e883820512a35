import { z } from 'zod';
import { pluginType } from './connector-plugin.ts';

export const configType = z.enum([
  'BOOLEAN',
  'STRING',
  'INT',
  'SHORT',
  'LONG',
  'DOUBLE',
  'LIST',
  'CLASS',
  'PASSWORD',
]);
export type ConfigType = z.infer<typeof configType>;

export const pluginSummary = z.object({
  className: z.string(),
  /** Last part of the class name. */
  simpleName: z.string(),
  type: pluginType,
  version: z.string(),
  /** All that are installed, newest first. */
  versions: z.array(z.string()),
  title: z.string(),
  summary: z.string(),
  support: z.enum(['supported', 'community', 'experimental']),
  system: z.string(),
  /** Empty: not verified with anything yet. */
  verified: z.string(),
  /** Folder it was loaded from; null: it comes with Millrace. */
  location: z.string().nullable(),
  /** A name of the fixed list, or the package's own picture: checked, and for `<img>` only. */
  icon: z.union([z.object({ name: z.string() }), z.object({ svg: z.string() })]),
});
export type PluginSummary = z.infer<typeof pluginSummary>;

/** A package that cannot be used. */
export const brokenPackage = z.object({
  name: z.string(),
  version: z.string().nullable(),
  location: z.string(),
  reason: z.string(),
});
export type BrokenPackage = z.infer<typeof brokenPackage>;

export const pluginList = z.object({
  /** Connectors, each in its newest version. */
  plugins: z.array(pluginSummary),
  /** Converters, transformations and predicates. */
  others: z.array(pluginSummary),
  broken: z.array(brokenPackage),
});
export type PluginList = z.infer<typeof pluginList>;

export const configField = z.object({
  name: z.string(),
  type: configType,
  required: z.boolean(),
  defaultValue: z.string().nullable(),
  importance: z.enum(['HIGH', 'MEDIUM', 'LOW']),
  documentation: z.string(),
  /** null: the plugin's own section. */
  group: z.string().nullable(),
  order: z.number(),
  displayName: z.string(),
  /** The plugin declares it itself, as opposed to what every connector has. */
  own: z.boolean(),
});
export type ConfigField = z.infer<typeof configField>;

export const pluginDetail = pluginSummary.extend({ fields: z.array(configField) });
export type PluginDetail = z.infer<typeof pluginDetail>;

export const validateRequest = z.object({
  /** Of an existing connector when it is being edited: `[hidden]` then stands for its stored values. */
  connector: z.string().max(1024).nullable(),
  config: z.record(z.string().max(1024), z.string().max(1_000_000)),
});
export type ValidateRequest = z.infer<typeof validateRequest>;

export const configFormAnswer = z.object({
  errorCount: z.number(),
  groups: z.array(z.string()),
  fields: z.array(configField),
  /** By key; a key without an entry has no errors and no recommended values. */
  values: z.record(
    z.string(),
    z.object({
      errors: z.array(z.string()),
      recommended: z.array(z.string()),
      visible: z.boolean(),
    }),
  ),
});
export type ConfigFormAnswer = z.infer<typeof configFormAnswer>;
