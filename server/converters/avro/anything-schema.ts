import type { AvroSchema } from './avro-schema.ts';
import { parseAvroSchema } from './avro-schema-parser.ts';
import { avroSchemaText } from './avro-schema-text.ts';

const values = ['boolean', 'bytes', 'double', 'float', 'int', 'long', 'string'].map(
  (type) => `{"name":"${type}","type":["null","${type}"],"default":null}`,
);
const entry =
  '{"type":"record","name":"MapEntry","fields":[{"name":"key","type":"Anything"},{"name":"value","type":"Anything"}]}';

/** Data without a Connect schema: the one member that is set tells its type; none set stands for null. */
export const anythingSchema: AvroSchema = parseAvroSchema(
  `{"type":"record","name":"Anything","namespace":"io.confluent.connect.avro","fields":[${values.join(',')},` +
    '{"name":"array","type":["null",{"type":"array","items":"Anything"}],"default":null},' +
    `{"name":"map","type":["null",{"type":"array","items":${entry}}],"default":null}]}`,
);

const anythingText = avroSchemaText(anythingSchema);

export function isAnythingSchema(schema: AvroSchema): boolean {
  return schema === anythingSchema || avroSchemaText(schema) === anythingText;
}
