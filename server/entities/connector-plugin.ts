import { z } from 'zod';

export const pluginType = z.enum([
  'sink',
  'source',
  'transformation',
  'predicate',
  'converter',
  'header_converter',
]);
export type PluginType = z.infer<typeof pluginType>;

/** `GET /connector-plugins`. */
export const pluginInfo = z.object({
  class: z.string(),
  type: pluginType,
  version: z.string().optional(),
});
export type PluginInfo = z.infer<typeof pluginInfo>;
