import {
  ConnectError,
  codeOf,
  isConnectError,
  isRetriable,
  messageOf,
  traceOf,
} from '../../errors/connect-error.ts';

/** A value that a config provider gave, and the placeholder that stands for it. */
export type SecretText = readonly [value: string, placeholder: string];

/** Shorter values are parts of ordinary words: to hide them would make every text unreadable. */
const leastHidden = 6;
/** A value this long is not in another setting by chance. */
const leastPutBack = 8;

/** Values that came from config providers: never to be shown, logged or published. */
export class SecretTexts {
  readonly #values: readonly SecretText[];
  /** Longest first, with the forms in which values appear inside URLs, JSON and headers. */
  readonly #hidden: readonly SecretText[];

  constructor(values: readonly SecretText[]) {
    this.#values = [...values].sort(byLength);
    const hidden = new Map<string, string>();
    for (const [value, placeholder] of this.#values) {
      for (const form of formsOf(value)) if (form.length >= leastHidden) hidden.set(form, placeholder);
    }
    this.#hidden = [...hidden].sort(byLength);
  }

  /** To give to a task's thread. */
  get values(): readonly SecretText[] {
    return this.#values;
  }

  /** The text with placeholders instead of values. */
  hide(text: string): string {
    return replaceAll(text, this.#hidden);
  }

  /** What `hide` makes of an error: message, trace and causes. */
  hideError(error: unknown): unknown {
    const trace = traceOf(error);
    const hidden = this.hide(trace);
    if (hidden === trace && this.hide(messageOf(error)) === messageOf(error)) return error;
    const shown = new ConnectError(codeOf(error), this.hide(messageOf(error)), {
      retriable: isRetriable(error),
      details: isConnectError(error) ? error.details : {},
    });
    shown.stack = hidden;
    return shown;
  }

  /** Runs it so that what it rejects with shows no value. */
  async guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.hideError(error);
    }
  }

  /** Placeholders instead of values, in a setting that will be resolved again. */
  putBack(text: string): string {
    return replaceAll(
      text,
      this.#values.filter(([value]) => value.length >= leastPutBack),
    );
  }
}

export const noSecrets = new SecretTexts([]);

function replaceAll(text: string, secrets: readonly SecretText[]): string {
  let replaced = text;
  for (const [value, placeholder] of secrets) replaced = replaced.replaceAll(value, () => placeholder);
  return replaced;
}

function formsOf(value: string): readonly string[] {
  const trimmed = value.trim();
  return [value, trimmed].flatMap((text) => [
    text,
    JSON.stringify(text).slice(1, -1),
    Buffer.from(text).toString('base64'),
    ...(text.isWellFormed() ? [encodeURIComponent(text)] : []),
  ]);
}

function byLength([a]: SecretText, [b]: SecretText): number {
  return b.length - a.length;
}
