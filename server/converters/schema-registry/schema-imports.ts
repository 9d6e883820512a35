import { ConnectError } from '../../errors/connect-error.ts';
import type { SchemaReference, SchemaText } from './registered-schema.ts';

/** No real schema comes near; a registry that answers in circles must not keep us for ever. */
const maxImports = 500;
const maxDepth = 50;

/**
 * The texts of all that a schema imports, directly or not, by the names that references use. What is imported comes
 * before what imports it; of several texts under one name the first found counts, as with Java.
 */
export async function importsOf(
  schema: SchemaText,
  get: (reference: SchemaReference) => Promise<SchemaText>,
): Promise<ReadonlyMap<string, string>> {
  const imports = new Map<string, string>();
  const seen = new Set<string>();
  const add = async (references: readonly SchemaReference[], depth: number): Promise<void> => {
    for (const reference of references) {
      if (seen.has(reference.name)) continue;
      seen.add(reference.name);
      if (seen.size > maxImports || depth > maxDepth) {
        throw new ConnectError(
          'data',
          `The schema imports more than can be resolved (at most ${maxImports} others, ${maxDepth} deep), last ${reference.name}`,
        );
      }
      const imported = await get(reference);
      await add(imported.references, depth + 1);
      imports.set(reference.name, imported.schema);
    }
  };
  await add(schema.references, 1);
  return imports;
}
