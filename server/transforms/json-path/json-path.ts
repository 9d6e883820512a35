import { Decimal } from '../../records/decimal.ts';
import { valuesEqual } from '../../records/equality.ts';
import { Struct } from '../../records/struct.ts';
import { dataError, fieldValue } from '../fields/record-data.ts';
import { comparedNumbers } from './compare-numbers.ts';
import { parsePath } from './parse-path.ts';
import type { Comparison, Filter, Operand, PathStep } from './path-step.ts';

/** How many values one evaluation may look at. */
const mostVisits = 1_000_000;
const deepest = 500;

/**
 * A JSONPath over Connect data (structs, maps, lists), as Jayway's library understands it: names, indexes, slices,
 * wildcards, `..` and filters, without functions and scripts. Throws a `config` error for other texts.
 */
export class JsonPath {
  readonly #steps: readonly PathStep[];

  constructor(text: string) {
    this.#steps = parsePath(text);
  }

  /** Whether it can lead to one value at most. */
  get isDefinite(): boolean {
    return this.#steps.every(isDefinite);
  }

  /**
   * What it leads to; null where a name or index is missing, or something without parts stands, on the way to its
   * first wildcard, `..` or filter.
   */
  read(data: unknown): readonly unknown[] | null {
    return walkAll(this.#steps, data, data, { left: mostVisits });
  }
}

function walkAll(
  steps: readonly PathStep[],
  start: unknown,
  root: unknown,
  budget: Budget,
): readonly unknown[] | null {
  let current: unknown[] = [start];
  let isSure = true;
  for (const step of steps) {
    const next: unknown[] = [];
    for (const value of current) {
      const found = walked(value, step, root, budget);
      if (found === null && isSure) return null;
      for (const item of found ?? []) next.push(item);
    }
    if (!isDefinite(step)) isSure = false;
    current = next;
  }
  return current;
}

interface Budget {
  left: number;
}

function isDefinite(step: PathStep): boolean {
  return step.kind === 'name' || step.kind === 'index';
}

/** null: missing. */
function walked(value: unknown, step: PathStep, root: unknown, budget: Budget): readonly unknown[] | null {
  if (--budget.left < 0) throw dataError('A JSON path looks at too many values.');
  switch (step.kind) {
    case 'name': {
      const found = member(value, step.name);
      return found === undefined ? null : [found];
    }
    case 'names': {
      if (!isObject(value)) return null;
      const found = step.names.map((name) => [name, member(value, name)] as const);
      return [new Map(found.filter(([, item]) => item !== undefined))];
    }
    case 'index':
    case 'indexes': {
      if (!Array.isArray(value)) return null;
      const indexes = step.kind === 'index' ? [step.index] : step.indexes;
      const found = indexes.map((index) => value.at(index)).filter((item) => item !== undefined);
      return step.kind === 'index' && found.length === 0 ? null : found;
    }
    case 'slice':
      return Array.isArray(value) ? value.slice(step.from, step.to) : null;
    case 'any':
      return parts(value);
    case 'deep':
      return descendants(value, budget);
    case 'filter': {
      if (Array.isArray(value)) return value.filter((item) => accepts(step.filter, item, root, budget));
      if (!isObject(value)) return null;
      return accepts(step.filter, value, root, budget) ? [value] : [];
    }
  }
}

function isObject(value: unknown): value is ReadonlyMap<unknown, unknown> | Struct {
  return value instanceof Map || value instanceof Struct;
}

function member(value: unknown, name: string): unknown {
  if (value instanceof Map) return value.get(name);
  if (!(value instanceof Struct)) return undefined;
  const field = value.schema.field(name);
  return field === undefined ? undefined : fieldValue(value, field, true);
}

function parts(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (value instanceof Map) return [...value.values()];
  if (!(value instanceof Struct)) return [];
  return value.schema.fields.map((field) => fieldValue(value, field, true));
}

/** The value itself and all in it. */
function descendants(value: unknown, budget: Budget): readonly unknown[] {
  const found: unknown[] = [];
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest)
      throw dataError(`Data is nested deeper than the ${deepest} levels that .. looks into.`);
    const next: unknown[] = [];
    for (const item of level) {
      if (--budget.left < 0) throw dataError('A JSON path looks at too many values.');
      found.push(item);
      for (const part of parts(item)) next.push(part);
    }
    level = next;
  }
  return found;
}

function accepts(filter: Filter, value: unknown, root: unknown, budget: Budget): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.filters.every((each) => accepts(each, value, root, budget));
    case 'or':
      return filter.filters.some((each) => accepts(each, value, root, budget));
    case 'not':
      return !accepts(filter.filter, value, root, budget);
    case 'exists':
      return operandValue(filter.operand, value, root, budget) !== undefined;
    case 'compare': {
      const left = operandValue(filter.left, value, root, budget);
      if (filter.right.kind === 'pattern') {
        return typeof left === 'string' && filter.right.regex.matches(left);
      }
      return compared(filter.by, left, operandValue(filter.right, value, root, budget));
    }
  }
}

/** undefined: missing. A path that may lead to several values counts as the list of them. */
function operandValue(operand: Operand, value: unknown, root: unknown, budget: Budget): unknown {
  if (operand.kind === 'literal') return operand.value;
  if (operand.kind === 'pattern') return undefined;
  const found = walkAll(operand.steps, operand.isFromRoot ? root : value, root, budget);
  if (found === null) return undefined;
  return operand.steps.every(isDefinite) ? found[0] : found;
}

function compared(by: Comparison, left: unknown, right: unknown): boolean {
  switch (by) {
    case '==':
      return isSame(left, right);
    case '!=':
      return !isSame(left, right);
    case 'in':
      return Array.isArray(right) && right.some((item) => isSame(left, item));
    case 'nin':
      return Array.isArray(right) && !right.some((item) => isSame(left, item));
  }
  const order = orderOf(left, right);
  if (order === undefined) return false;
  if (by === '<') return order < 0;
  if (by === '<=') return order <= 0;
  return by === '>' ? order > 0 : order >= 0;
}

function isSame(left: unknown, right: unknown): boolean {
  if (left === undefined || right === undefined) return false;
  if (isNumber(left) && isNumber(right)) return comparedNumbers(left, right) === 0;
  return valuesEqual(left, right);
}

/** undefined: they cannot be put in order. */
function orderOf(left: unknown, right: unknown): number | undefined {
  if (isNumber(left) && isNumber(right)) return comparedNumbers(left, right);
  if (typeof left !== 'string' || typeof right !== 'string') return undefined;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function isNumber(value: unknown): value is number | bigint | Decimal {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof Decimal;
}
