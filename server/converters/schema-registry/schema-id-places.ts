/** Where the id of a schema is written, by the class that does it in Java. */
export const schemaIdWriters: Readonly<Record<string, 'prefix' | 'header'>> = {
  'io.confluent.kafka.serializers.schema.id.PrefixSchemaIdSerializer': 'prefix',
  'io.confluent.kafka.serializers.schema.id.HeaderSchemaIdSerializer': 'header',
};

/** Where the id of a schema is looked for. */
export const schemaIdReaders: Readonly<Record<string, 'prefix' | 'header, then prefix'>> = {
  'io.confluent.kafka.serializers.schema.id.DualSchemaIdDeserializer': 'header, then prefix',
  'io.confluent.kafka.serializers.schema.id.PrefixSchemaIdDeserializer': 'prefix',
};

export function schemaIdHeader(isKey: boolean): string {
  return isKey ? '__key_schema_id' : '__value_schema_id';
}
