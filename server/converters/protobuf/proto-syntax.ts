import type { ProtoEnumValue } from './proto-model.ts';
import type { ProtoOption } from './proto-options.ts';

/** A .proto text as it was written: names of types are not looked up yet. */

export interface FileSyntax {
  /** `proto2`, `proto3`, or the year of an edition. */
  readonly edition: string;
  readonly packageName: string;
  readonly imports: readonly string[];
  readonly options: readonly ProtoOption[];
  readonly messages: readonly MessageSyntax[];
  readonly enums: readonly EnumSyntax[];
}

export interface MessageSyntax {
  readonly name: string;
  readonly options: readonly ProtoOption[];
  readonly fields: readonly FieldSyntax[];
  readonly oneofs: readonly OneofSyntax[];
  /** Groups are among them. */
  readonly messages: readonly MessageSyntax[];
  readonly enums: readonly EnumSyntax[];
  readonly isGroup: boolean;
}

export interface OneofSyntax {
  readonly name: string;
  readonly options: readonly ProtoOption[];
}

export interface EnumSyntax {
  readonly name: string;
  readonly options: readonly ProtoOption[];
  readonly values: readonly ProtoEnumValue[];
}

export interface FieldSyntax {
  readonly name: string;
  readonly number: number;
  readonly label: 'optional' | 'required' | 'repeated' | null;
  /** Name of a scalar or another type as it was written; for a map that of its values. */
  readonly typeName: string;
  /** Type of a map's keys; null: no map. */
  readonly keyType: string | null;
  readonly isGroup: boolean;
  /** Index among the oneofs of the message. */
  readonly oneof: number | null;
  readonly options: readonly ProtoOption[];
}
