/** What decides how schemas and values are mapped. */
export interface JsonSchemaDataSettings {
  readonly isDecimalNumeric: boolean;
  readonly allowsAdditionalProperties: boolean;
  readonly usesOptionalForNonRequired: boolean;
  readonly supportsGeneralizedSumTypes: boolean;
  readonly ignoresDefaultForNullables: boolean;
  readonly flattensSingletonUnions: boolean;
}
