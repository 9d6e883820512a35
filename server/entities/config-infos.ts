import { z } from 'zod';

/** `GET /connector-plugins/P/config` is a list of these. */
export const configKeyInfo = z.object({
  name: z.string(),
  type: z.enum(['BOOLEAN', 'STRING', 'INT', 'SHORT', 'LONG', 'DOUBLE', 'LIST', 'CLASS', 'PASSWORD']),
  required: z.boolean(),
  default_value: z.string().nullable(),
  importance: z.enum(['HIGH', 'MEDIUM', 'LOW']),
  documentation: z.string(),
  group: z.string().nullable(),
  order_in_group: z.number().int(),
  width: z.enum(['NONE', 'SHORT', 'MEDIUM', 'LONG']),
  display_name: z.string(),
  dependents: z.array(z.string()),
});
export type ConfigKeyInfo = z.infer<typeof configKeyInfo>;

export const configValueInfo = z.object({
  name: z.string(),
  value: z.string().nullable(),
  recommended_values: z.array(z.string()),
  errors: z.array(z.string()),
  visible: z.boolean(),
});
export type ConfigValueInfo = z.infer<typeof configValueInfo>;

export const configInfo = z.object({
  /** null for a value whose key nobody knows. */
  definition: configKeyInfo.nullable(),
  value: configValueInfo,
});
export type ConfigInfo = z.infer<typeof configInfo>;

/** `PUT /connector-plugins/P/config/validate`. A name may be in `configs` more than once. */
export const configInfos = z.object({
  name: z.string(),
  error_count: z.number().int(),
  groups: z.array(z.string()),
  configs: z.array(configInfo),
});
export type ConfigInfos = z.infer<typeof configInfos>;
