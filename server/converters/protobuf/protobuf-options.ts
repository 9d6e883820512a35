/** What settings decide, in the words of the code. */
export interface ProtobufOptions {
  /** Names of schemas carry the package and the messages around. */
  readonly keepsPackages: boolean;
  /** The field of a oneof ends in its index. */
  readonly numbersUnions: boolean;
  readonly flattensUnions: boolean;
  /** Parameters of Connect's own instead of those of this converter, for enums and unions. */
  readonly generalizesSumTypes: boolean;
  /** A message that is not set becomes a struct of defaults. */
  readonly makesStructsForNulls: boolean;
  readonly scrubsNames: boolean;
  readonly readsEnumsAsIntegers: boolean;
  /** Fields that may be null are `optional`; and only those may be null. */
  readonly labelsNullables: boolean;
  /** A proto2 field that is not set is null rather than its default. */
  readonly keepsProto2Presence: boolean;
  /** Fields that may be null are wrapper messages, and wrapper messages are values that may be null. */
  readonly wrapsNullables: boolean;
  /** A wrapper as the whole message is a plain value. */
  readonly unwrapsRoot: boolean;
  /** A null is written as such even where its field has a default. */
  readonly ignoresDefaults: boolean;
}

export const enumParameter = 'io.confluent.connect.protobuf.Enum';
export const unionName = 'io.confluent.connect.protobuf.Union';
export const tagParameter = 'io.confluent.connect.protobuf.Tag';
/** Which of the integer types it is, where Connect's own does not say. */
export const typeParameter = 'io.confluent.connect.protobuf.Type';
export const generalEnumParameter = 'org.apache.kafka.connect.data.Enum';
export const generalUnionParameter = 'org.apache.kafka.connect.data.Union';
export const precisionParameter = 'connect.decimal.precision';

export function enumParameterOf(options: ProtobufOptions): string {
  return options.generalizesSumTypes ? generalEnumParameter : enumParameter;
}
