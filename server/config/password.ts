import { inspect } from 'node:util';
import type { Password } from './config-key.ts';

export const hiddenText = '[hidden]';

class HiddenPassword implements Password {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  get value(): string {
    return this.#value;
  }

  toString(): string {
    return hiddenText;
  }

  toJSON(): string {
    return hiddenText;
  }

  [inspect.custom](): string {
    return hiddenText;
  }
}

/** Wraps a secret so that it shows only when asked for by `.value`. */
export function passwordOf(value: string): Password {
  return new HiddenPassword(value);
}
