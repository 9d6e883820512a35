/** What a .proto text says, after names were resolved. Built by `proto-linker.ts`; nobody changes it afterwards. */

export const scalarTypes = [
  'double',
  'float',
  'int32',
  'int64',
  'uint32',
  'uint64',
  'sint32',
  'sint64',
  'fixed32',
  'fixed64',
  'sfixed32',
  'sfixed64',
  'bool',
  'string',
  'bytes',
] as const;

export type ScalarType = (typeof scalarTypes)[number];

export interface ProtoEnumValue {
  readonly name: string;
  readonly number: number;
}

export interface ProtoEnum {
  readonly kind: 'enum';
  readonly name: string;
  readonly fullName: string;
  readonly values: readonly ProtoEnumValue[];
  /** A closed enum treats a number that it does not know as an unknown field (proto2). */
  readonly isClosed: boolean;
}

export interface ProtoOneof {
  readonly name: string;
  readonly fullName: string;
  readonly index: number;
  readonly fields: readonly ProtoField[];
}

export interface ProtoMessage {
  readonly kind: 'message';
  readonly name: string;
  readonly fullName: string;
  /** In the order of the text. */
  readonly fields: readonly ProtoField[];
  readonly oneofs: readonly ProtoOneof[];
  /** Messages declared inside, without the entries of maps and groups: message indexes count these. */
  readonly messages: readonly ProtoMessage[];
}

export type ProtoType =
  | { readonly kind: 'scalar'; readonly scalar: ScalarType }
  | ProtoEnum
  | ProtoMessage
  | { readonly kind: 'map'; readonly key: ProtoField; readonly value: ProtoField };

export interface ProtoField {
  readonly name: string;
  readonly fullName: string;
  readonly number: number;
  readonly type: ProtoType;
  readonly isRepeated: boolean;
  readonly isRequired: boolean;
  /** Whether the text says `optional`, in proto2 and proto3; false inside a oneof. */
  readonly hasOptionalKeyword: boolean;
  readonly isProto3Optional: boolean;
  /** Whether a value that equals the default is still written. */
  readonly hasPresence: boolean;
  readonly isPacked: boolean;
  /** A group: between two tags rather than behind a length. */
  readonly isDelimited: boolean;
  readonly checksUtf8: boolean;
  readonly oneof: ProtoOneof | null;
  /** As the wire reader would give it; undefined: the zero of its type. An enum's is a number. */
  readonly default: boolean | number | bigint | string | Uint8Array | undefined;
  /** Of the option `(confluent.field_meta).params`. */
  readonly params: ReadonlyMap<string, string>;
}

export interface ProtoSchema {
  readonly packageName: string;
  /** Of the file itself, in the order of the text. */
  readonly messages: readonly ProtoMessage[];
  /** A message or enum of the file or its imports. */
  typeOf(fullName: string): ProtoMessage | ProtoEnum | undefined;
}
