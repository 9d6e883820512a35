import { ConnectError } from '../../errors/connect-error.ts';

const castTypes = ['INT8', 'INT16', 'INT32', 'INT64', 'FLOAT32', 'FLOAT64', 'BOOLEAN', 'STRING'] as const;

export type CastType = (typeof castTypes)[number];

export interface CastSpec {
  /** Type of the whole key or value; null: of fields. */
  readonly whole: CastType | null;
  readonly fields: ReadonlyMap<string, CastType>;
}

/** Reads `field:type` pairs or a single type. Throws a `config` error. */
export function parseCastSpec(mappings: readonly string[]): CastSpec {
  if (mappings.length === 0) throw new ConnectError('config', 'Must specify at least one field to cast.');
  let whole: CastType | null = null;
  const fields = new Map<string, CastType>();
  for (const mapping of mappings) {
    const [first = '', second, ...rest] = mapping.replace(/:+$/, '').split(':');
    if (rest.length > 0) {
      throw new ConnectError(
        'config',
        `Invalid value [${mappings.join(', ')}] for configuration spec: Invalid rename mapping: ${mapping}`,
      );
    }
    if (second === undefined) whole = castTypeOf(first);
    else fields.set(first.trim(), castTypeOf(second));
  }
  if (whole !== null && mappings.length > 1) {
    throw new ConnectError(
      'config',
      'Cast transformations that specify a type to cast the entire value to may only specify a single cast in their spec',
    );
  }
  return { whole, fields };
}

function castTypeOf(text: string): CastType {
  const name = text.trim().toUpperCase();
  const type = castTypes.find((each) => each === name);
  if (type !== undefined) return type;
  throw new ConnectError(
    'config',
    `Invalid type found in casting spec: ${text.trim()}; supported types are ${castTypes.join(', ')}`,
  );
}
