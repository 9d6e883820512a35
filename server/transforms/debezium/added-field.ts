import { ConnectError } from '../../errors/connect-error.ts';
import type { Schema } from '../../records/schema.ts';
import { schemaOf } from '../../records/schema-of.ts';
import type { Struct } from '../../records/struct.ts';
import { dataError, fieldValue, requireStructOrNull } from '../fields/record-data.ts';
import { schemaBasics } from '../fields/schema-basics.ts';

const purpose = 'source field insertion';

/** Where a field of an envelope is when only its own name is given; all others are in `source`. */
const homes: Readonly<Record<string, string | null>> = {
  op: null,
  ts_ms: null,
  ts_us: null,
  ts_ns: null,
  id: 'transaction',
  data_collection_order: 'transaction',
  total_order: 'transaction',
  updateDescription: 'updateDescription',
};

/** A field of the envelope that goes into the unwrapped record or its headers: `op`, `source.ts_ms`, `lsn:LSN`. */
export class AddedField {
  /** The name it gets. */
  readonly name: string;
  readonly field: string;
  readonly #struct: string | null;

  constructor(prefix: string, text: string) {
    const [path, alias, ...rest] = partsOf(text, ':');
    const [first, second] = partsOf(path ?? '', '.');
    if (path === undefined || first === undefined || rest.length > 0) {
      throw new ConnectError(
        'config',
        `Unexpected field name: ${text}. Write field, struct.field or field:name.`,
      );
    }
    this.field = second ?? first;
    this.#struct = second === undefined ? homeOf(first) : first;
    this.name = prefix + (alias ?? (second === undefined ? first : `${first}_${second}`));
  }

  /** The optional schema it gets, or null where the envelope has no such field. */
  schemaIn(envelope: Schema): Schema | null {
    const parent = this.#struct === null ? envelope : envelope.field(this.#struct)?.schema;
    if (parent === undefined) throw dataError(`A change event without ${this.#struct}, for ${this.field}`);
    const { field } = this;
    const schema = (parent.field(field) ?? envelope.field(field))?.schema;
    if (schema === undefined) return null;
    if (schema.type === 'STRUCT') {
      throw dataError(`Field ${field} of a change event is a struct; name a field inside of it.`);
    }
    const { keySchema, valueSchema } = schema;
    return schemaOf({ ...schemaBasics(schema, schema.type), keySchema, valueSchema, optional: true });
  }

  /** null also where the struct that should hold it is null, such as `transaction` in a snapshot. */
  valueIn(envelope: Struct): unknown {
    const parent = this.#struct === null ? envelope : this.#parentIn(envelope, this.#struct);
    if (parent === null) return null;
    const inParent = parent.schema.field(this.field);
    if (inParent !== undefined) return fieldValue(parent, inParent, false);
    return envelope.getWithoutDefault(this.field);
  }

  #parentIn(envelope: Struct, name: string): Struct | null {
    return requireStructOrNull(envelope.getWithoutDefault(name), purpose);
  }
}

function homeOf(field: string): string | null {
  const home = Object.hasOwn(homes, field) ? homes[field] : 'source';
  return home === undefined ? 'source' : home;
}

/** As Java splits: empty parts at the end are left out. */
function partsOf(text: string, separator: string): readonly string[] {
  if (text === '') return [''];
  const parts = text.split(separator);
  while (parts.at(-1) === '') parts.pop();
  return parts;
}
