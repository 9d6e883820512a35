import type { Json, JsonObject } from './arg-json.ts';

interface Common {
  /** For messages: `orders.address.city`. */
  readonly place: string;
  /** All members of the schema's JSON. */
  readonly props: JsonObject;
  /** Its `arg.properties`: how values are made. */
  readonly args: JsonObject;
}

export const argPrimitives = [
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
  'string',
] as const;

export interface ArgPrimitive extends Common {
  readonly type: (typeof argPrimitives)[number];
}

interface Named extends Common {
  /** With its namespace. */
  readonly name: string;
}

export interface ArgFixed extends Named {
  readonly type: 'fixed';
  readonly size: number;
}

export interface ArgEnum extends Named {
  readonly type: 'enum';
  readonly symbols: readonly string[];
}

export interface ArgRecord extends Named {
  readonly type: 'record';
  readonly fields: readonly ArgField[];
}

export interface ArgField {
  readonly name: string;
  readonly schema: ArgSchema;
  /** undefined: none. */
  readonly default: Json | undefined;
}

export interface ArgArray extends Common {
  readonly type: 'array';
  readonly items: ArgSchema;
}

export interface ArgMap extends Common {
  readonly type: 'map';
  readonly values: ArgSchema;
}

export interface ArgUnion extends Common {
  readonly type: 'union';
  readonly branches: readonly ArgSchema[];
}

/** An Avro schema together with what says how values of it are made. */
export type ArgSchema = ArgPrimitive | ArgFixed | ArgEnum | ArgRecord | ArgArray | ArgMap | ArgUnion;
