export type RegistrySchemaType = 'AVRO' | 'JSON' | 'PROTOBUF';

/** Another subject's schema that a schema imports, as the registry writes it. */
export interface SchemaReference {
  /** How the schema names it: a full name, a file path, or a URL. */
  readonly name: string;
  readonly subject: string;
  readonly version: number;
}

/** A schema as it is handed to a registry. */
export interface SchemaText {
  readonly schemaType: RegistrySchemaType;
  readonly schema: string;
  readonly references: readonly SchemaReference[];
}

/** A schema that a registry has, with the text of everything it imports, directly or not. */
export interface RegisteredSchema extends SchemaText {
  readonly id: number;
  readonly guid: string | null;
  /** null where it was looked up by id: an id may stand for versions of many subjects. */
  readonly version: number | null;
  /** Texts by the names that references use; what is imported comes before what imports it. */
  readonly imports: ReadonlyMap<string, string>;
}
