import type { ArgSchema } from './arg-schema.ts';
import { type SchemaSource, schemaOfSource } from './schema-source.ts';

const known: ReadonlySet<string> = new Set([
  'distribution',
  'iteration',
  'keys',
  'kind',
  'length',
  'malformed-rate',
  'malformed.rate',
  'odds',
  'options',
  'position',
  'prefix',
  'range',
  'regex',
  'suffix',
]);

/** Options in a schema that nobody looks at; Java's generator passes over them in silence. */
export function unusedArgs(source: SchemaSource): { readonly place: string; readonly name: string }[] {
  const found = new Map<string, { readonly place: string; readonly name: string }>();
  const look = (schema: ArgSchema): void => {
    for (const name of Object.keys(schema.args)) {
      if (!known.has(name)) found.set(`${schema.place} ${name}`, { place: schema.place, name });
    }
    switch (schema.type) {
      case 'record':
        for (const field of schema.fields) look(field.schema);
        break;
      case 'array':
        look(schema.items);
        break;
      case 'map':
        look(schema.values);
        break;
      case 'union':
        for (const branch of schema.branches) look(branch);
        break;
    }
  };
  look(schemaOfSource(source));
  return [...found.values()];
}
