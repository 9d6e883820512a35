import { expect } from 'vitest';
import type { ComparedAnswer, RestCase } from './rest-case.ts';

/** What Java answered, or what ours is to be like; members may be asymmetric matchers. */
export interface Pair {
  readonly java: ComparedAnswer;
  readonly ours: ComparedAnswer;
}

export interface Difference {
  /** The cell "Request" of its row in `differences.md`, which tells people what and why. */
  readonly row: string;
  /**
   * Makes of both answers what must be equal in spite of the difference; null where it does not show. It has to say
   * exactly how ours looks, so that nothing else hides behind it.
   */
  readonly reconcile: (pair: Pair, restCase: RestCase) => Pair | null;
}

export const someText: unknown = expect.stringMatching(/./);

/** The same status and any message in words of our own: nothing of Java's, no rest of a template. */
export const ownWords: unknown = expect.not.stringMatching(
  /org\.apache\.kafka\.connect\.runtime|java\.|undefined|^$/,
);

export function refusal(status: number, message: unknown = ownWords): ComparedAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: { error_code: status, message },
  };
}

/** A refusal of Java's with another status or wording of ours. */
export function refusedAs(status: number, javaSays: RegExp, message?: (java: string) => unknown) {
  return ({ java, ours }: Pair): Pair | null => {
    const said = messageOf(java);
    return said !== null && javaSays.test(said)
      ? { java: refusal(status, message?.(said) ?? ownWords), ours }
      : null;
  };
}

export function messageOf({ status, body }: ComparedAnswer): string | null {
  const hasMessage = status >= 400 && typeof body === 'object' && body !== null && 'message' in body;
  return hasMessage ? String(body.message) : null;
}

/** All objects inside, outermost first, each replaced by what `change` gives for the pair at the same place. */
export function inParallel(
  java: unknown,
  ours: unknown,
  change: (java: unknown, ours: unknown) => readonly [unknown, unknown],
): [unknown, unknown] {
  const [left, right] = change(java, ours);
  if (Array.isArray(left) && Array.isArray(right) && left.length === right.length) {
    const pairs = left.map((item, index) => inParallel(item, right[index], change));
    return [pairs.map(([item]) => item), pairs.map(([, item]) => item)];
  }
  if (!isObject(left) || !isObject(right)) return [left, right];
  const [newLeft, newRight] = [{ ...left }, { ...right }];
  for (const key of Object.keys(left)) {
    if (!(key in right)) continue;
    [newLeft[key], newRight[key]] = inParallel(left[key], right[key], change);
  }
  return [newLeft, newRight];
}

/** Applies a change to every pair of objects in two answers of 200. */
export function everywhere(change: (java: Json, ours: Json) => readonly [Json, Json] | null) {
  return ({ java, ours }: Pair): Pair | null => {
    if (java.status !== 200 || ours.status !== 200) return null;
    let isShown = false;
    const [left, right] = inParallel(java.body, ours.body, (one, other) => {
      const changed = isObject(one) && isObject(other) ? change(one, other) : null;
      if (changed !== null) isShown = true;
      return changed ?? [one, other];
    });
    return isShown ? { java: { ...java, body: left }, ours: { ...ours, body: right } } : null;
  };
}

export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
