import { featuresOf, type ProtoOption } from './proto-options.ts';

/** What editions of Protobuf settle field by field, and older versions once for the whole file. */
export interface ProtoFeatures {
  readonly field_presence: string;
  readonly enum_type: string;
  readonly repeated_field_encoding: string;
  readonly utf8_validation: string;
  readonly message_encoding: string;
}

const sinceEditions: ProtoFeatures = {
  field_presence: 'EXPLICIT',
  enum_type: 'OPEN',
  repeated_field_encoding: 'PACKED',
  utf8_validation: 'VERIFY',
  message_encoding: 'LENGTH_PREFIXED',
};

export function featuresOfEdition(edition: string): ProtoFeatures {
  if (edition === 'proto3') return { ...sinceEditions, field_presence: 'IMPLICIT' };
  if (edition !== 'proto2') return sinceEditions;
  return {
    ...sinceEditions,
    enum_type: 'CLOSED',
    repeated_field_encoding: 'EXPANDED',
    utf8_validation: 'NONE',
  };
}

/** The features of something inside, which takes over what it does not set itself. */
export function withFeatures(outer: ProtoFeatures, options: readonly ProtoOption[]): ProtoFeatures {
  const own = featuresOf(options);
  return own.size === 0 ? outer : { ...outer, ...Object.fromEntries(own) };
}
