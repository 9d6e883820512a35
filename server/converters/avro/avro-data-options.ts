/** What decides how Connect schemas and Avro schemas correspond; see the keys of the converter. */
export interface AvroDataOptions {
  /** Enums stay enums, and branches of unions keep their full names. */
  readonly keepsEnums: boolean;
  /** Enums and unions in the way that all registry formats share. */
  readonly generalizesSumTypes: boolean;
  readonly scrubsNames: boolean;
  readonly writesMetaData: boolean;
  readonly allowsOptionalMapKeys: boolean;
  readonly discardsTypeDocAndDefault: boolean;
  readonly ignoresDefaultForNullables: boolean;
  readonly flattensSingletonUnions: boolean;
  readonly removesJavaProperties: boolean;
}

/** Names of the Java converter, so that its schemas and ours are the same. */
export const avroNamespace = 'io.confluent.connect.avro';
export const defaultRecordName = `${avroNamespace}.ConnectDefault`;
export const mapEntryName = 'MapEntry';
export const unionName = `${avroNamespace}.Union`;
export const enumParameter = `${avroNamespace}.Enum`;
export const generalizedUnion = 'org.apache.kafka.connect.data.Union';
export const generalizedEnum = 'org.apache.kafka.connect.data.Enum';
export const recordDocParameter = `${avroNamespace}.record.doc`;
export const enumDocPrefix = `${avroNamespace}.enum.doc.`;
export const enumDefaultPrefix = `${avroNamespace}.enum.default.`;
export const fieldDocPrefix = `${avroNamespace}.field.doc.`;
/** Says that a default came from an Avro field, not from a Connect schema. */
export const fieldDefaultParameter = `${avroNamespace}.field.default`;
export const connectRecordDoc = 'connect.record.doc';
export const connectEnumDoc = 'connect.enum.doc';
export const fixedSizeParameter = 'connect.fixed.size';
export const precisionParameter = 'connect.decimal.precision';
export const defaultPrecision = 64;

export const connectProps = {
  name: 'connect.name',
  doc: 'connect.doc',
  version: 'connect.version',
  default: 'connect.default',
  parameters: 'connect.parameters',
  type: 'connect.type',
  internalType: 'connect.internal.type',
} as const;

/** Schemas nested deeper than this are refused: no reader of JSON would take their text. */
export const deepestSchema = 300;
/** Values of a schema that contains itself, nested deeper than this, are refused. */
export const deepestValue = 1000;
