import type { FieldSource, StructChange, StructChanger } from '../../plugin-api/struct-change.ts';
import type { ConnectRecord } from '../../records/record.ts';
import type { Schema } from '../../records/schema.ts';
import { Struct } from '../../records/struct.ts';

/** One field on its way through all changes. */
interface FieldWay {
  readonly from: number | null;
  readonly read: ((record: ConnectRecord) => unknown) | null;
  readonly stages: readonly FieldSource[];
  readonly hasChange: boolean;
}

interface Plan {
  readonly schema: Schema;
  readonly fields: readonly FieldWay[];
  /** Fields that a later change leaves out but that may fail before. */
  readonly leftOut: readonly FieldWay[];
}

const mostPlans = 16;

/**
 * Changes of structs by neighbouring transformations, as one: worked out once a schema, then each record is copied
 * once. Only for schemas that come again as the same object.
 */
export class JoinedChanges {
  readonly #changers: readonly StructChanger[];
  readonly #isKey: boolean;
  readonly #seen = new WeakSet<Schema>();
  /** null: structs of this schema go through the transformations one by one. */
  readonly #plans = new Map<Schema, Plan | null>();
  #lastSchema: Schema | null = null;
  #last: Plan | null = null;

  /** All of one side. */
  constructor(changers: readonly StructChanger[]) {
    this.#changers = changers;
    this.#isKey = changers[0]?.side === 'key';
  }

  /** The changed record; null when this record has to go through the transformations one by one. */
  apply<R extends ConnectRecord>(record: R): R | null {
    const value = this.#isKey ? record.key : record.value;
    const schema = this.#isKey ? record.keySchema : record.valueSchema;
    if (schema === null || !(value instanceof Struct)) return null;
    const plan = value.schema === this.#lastSchema ? this.#last : this.#planOf(value.schema);
    if (plan === null) return null;
    let changed: Struct;
    try {
      changed = change(plan, value, record);
    } catch {
      // One by one it fails again, and then it is known which of them is at fault.
      return null;
    }
    return this.#isKey
      ? { ...record, keySchema: plan.schema, key: changed }
      : { ...record, valueSchema: plan.schema, value: changed };
  }

  #planOf(schema: Schema): Plan | null {
    let plan = this.#plans.get(schema);
    if (plan === undefined) {
      if (!this.#seen.has(schema)) {
        this.#seen.add(schema);
        return null;
      }
      plan = this.#join(schema);
      if (this.#plans.size >= mostPlans) {
        const [oldest] = this.#plans.keys();
        if (oldest !== undefined) this.#plans.delete(oldest);
      }
      this.#plans.set(schema, plan);
    }
    this.#lastSchema = schema;
    this.#last = plan;
    return plan;
  }

  #join(schema: Schema): Plan | null {
    try {
      return join(this.#changers, schema);
    } catch {
      // A schema that one of them refuses: it says so itself.
      return null;
    }
  }
}

function change(plan: Plan, from: Struct, record: ConnectRecord): Struct {
  const changed = new Struct(plan.schema);
  const { values } = changed;
  let index = 0;
  for (const field of plan.fields) {
    let value: unknown =
      field.from === null ? (field.read?.(record) ?? null) : (from.values[field.from] ?? null);
    // Nearly every field is copied as it is.
    if (value === null || field.hasChange) value = walk(field, value);
    values[index++] = value;
  }
  for (const field of plan.leftOut) {
    walk(field, field.from === null ? (field.read?.(record) ?? null) : (from.values[field.from] ?? null));
  }
  return changed;
}

function walk({ stages }: FieldWay, start: unknown): unknown {
  let value = start;
  for (const { onNull, change: changeValue } of stages) {
    if (value === null && onNull !== undefined) value = onNull() ?? null;
    if (value !== null && changeValue !== undefined) value = changeValue(value) ?? null;
  }
  return value;
}

/** null: one of them does not change structs of its schema. */
function join(changers: readonly StructChanger[], schema: Schema): Plan | null {
  let plan: Plan = {
    schema,
    fields: schema.fields.map(({ index }) => ({ from: index, read: null, stages: [], hasChange: false })),
    leftOut: [],
  };
  for (const changer of changers) {
    const next = changer.changeOf(plan.schema);
    if (next === null) return null;
    plan = extended(plan, next);
  }
  return plan;
}

function extended(plan: Plan, { schema, fields }: StructChange): Plan {
  const taken = new Set(fields.map(({ from }) => from));
  const leftOut = plan.fields.filter((field, index) => !taken.has(index) && field.stages.length > 0);
  return {
    schema,
    fields: fields.map((source) => withStage(plan.fields, source)),
    leftOut: [...plan.leftOut, ...leftOut],
  };
}

function withStage(before: readonly FieldWay[], source: FieldSource): FieldWay {
  const { from, read, onNull, change: changeValue } = source;
  const start = from === null ? undefined : before[from];
  const way = start ?? { from: null, read: read ?? null, stages: [], hasChange: false };
  if (onNull === undefined && changeValue === undefined) return way;
  return { ...way, stages: [...way.stages, source], hasChange: way.hasChange || changeValue !== undefined };
}
