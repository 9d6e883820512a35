import { schemasEqual } from '../../records/equality.ts';
import type { Schema } from '../../records/schema.ts';

interface Slot<Value> {
  readonly schema: Schema;
  value: Value;
}

/**
 * What was made for a schema, found by the very object at once, and by equality for sources that make their schemas
 * anew for each record. Forgets the group of like schemas that was not used for longest.
 */
export class SchemaKeyedCache<Value> {
  readonly #limit: number;
  readonly #byIdentity = new WeakMap<Schema, Slot<Value>>();
  readonly #byShape = new Map<string, Slot<Value>[]>();
  #withoutSchema: Value | undefined;
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#size;
  }

  /** null stands for data without a schema. */
  get(schema: Schema | null): Value | undefined {
    if (schema === null) return this.#withoutSchema;
    return (this.#byIdentity.get(schema) ?? this.#equal(schema))?.value;
  }

  set(schema: Schema | null, value: Value): void {
    if (schema === null) {
      this.#withoutSchema = value;
      return;
    }
    const known = this.#byIdentity.get(schema) ?? this.#equal(schema);
    if (known !== undefined) {
      known.value = value;
      return;
    }
    const slot = { schema, value };
    this.#byIdentity.set(schema, slot);
    const shape = shapeOf(schema);
    const alike = this.#byShape.get(shape) ?? [];
    alike.push(slot);
    this.#byShape.set(shape, alike);
    this.#size++;
    if (this.#size > this.#limit) this.#forgetOldest();
  }

  #equal(schema: Schema): Slot<Value> | undefined {
    const shape = shapeOf(schema);
    const alike = this.#byShape.get(shape);
    if (alike === undefined) return undefined;
    const slot = alike.find((other) => schemasEqual(other.schema, schema));
    if (slot === undefined) return undefined;
    this.#byIdentity.set(schema, slot);
    this.#byShape.delete(shape);
    this.#byShape.set(shape, alike);
    return slot;
  }

  #forgetOldest(): void {
    for (const [shape, alike] of this.#byShape) {
      alike.shift();
      this.#size--;
      if (alike.length === 0) this.#byShape.delete(shape);
      return;
    }
  }
}

/** Cheap, and different for most schemas that differ. */
function shapeOf({ type, name, version, fields }: Schema): string {
  return `${type} ${name} ${version} ${fields.length} ${fields[0]?.name} ${fields[fields.length - 1]?.name}`;
}
