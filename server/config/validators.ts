import { ConnectError } from '../errors/connect-error.ts';
import { invalidValue } from './config-error.ts';
import type { Validator } from './config-key.ts';

/** Makes a validator from a check that throws (`invalidValue`) to refuse. */
export function validator<T>(
  description: string,
  ensureValid: (key: string, value: T | null) => void,
): Validator<T> {
  return { description, ensureValid };
}

export function atLeast(min: number): Validator<number> {
  return validator(`[${min},...]`, (key, value) => {
    if (value === null) throw invalidValue(key, value, 'Value must be non-null');
    if (value < min) throw invalidValue(key, value, `Value must be at least ${min}`);
  });
}

export function between(min: number, max: number): Validator<number> {
  return validator(`[${min},...,${max}]`, (key, value) => {
    if (value === null) throw invalidValue(key, value, 'Value must be non-null');
    if (value < min) throw invalidValue(key, value, `Value must be at least ${min}`);
    if (value > max) throw invalidValue(key, value, `Value must be no more than ${max}`);
  });
}

export function oneOf(...allowed: readonly string[]): Validator<string> {
  const names = allowed.join(', ');
  return validator(`[${names}]`, (key, value) => {
    if (value === null || !allowed.includes(value)) {
      throw invalidValue(key, value, `String must be one of: ${names}`);
    }
  });
}

/** The value stays as the user wrote it; compare it case-insensitively. */
export function oneOfIgnoringCase(...allowed: readonly string[]): Validator<string> {
  const upper = allowed.map((name) => name.toUpperCase());
  const names = upper.join(', ');
  return validator(`(case insensitive) [${names}]`, (key, value) => {
    if (value === null || !upper.includes(value.toUpperCase())) {
      throw invalidValue(key, value, `String must be one of (case insensitive): ${names}`);
    }
  });
}

/** Null passes: a missing required key has its own message. */
export function nonEmptyString(): Validator<string> {
  return validator('non-empty string', (key, value) => {
    if (value === '') throw invalidValue(key, value, 'String must be non-empty');
  });
}

export function nonEmptyWithoutControlCharacters(): Validator<string> {
  return validator('non-empty string without ISO control characters', (key, value) => {
    if (value === null) return;
    if (value === '') throw invalidValue(key, value, 'String may not be empty');
    const codes = [...value].map((character) => character.codePointAt(0) ?? 0).filter(isIsoControl);
    if (codes.length === 0) return;
    throw invalidValue(
      key,
      value,
      `String may not contain control sequences but had the following ASCII chars: ${codes.join(', ')}`,
    );
  });
}

function isIsoControl(code: number): boolean {
  return code <= 0x1f || (code >= 0x7f && code <= 0x9f);
}

export interface ListRules {
  readonly emptyAllowed?: boolean;
  readonly nullAllowed?: boolean;
  /** Absent: any value. */
  readonly allowed?: readonly string[];
}

/** A list without empty and repeated values. */
export function listWithoutDuplicates(rules: ListRules = {}): Validator<readonly string[]> {
  const { emptyAllowed = true, nullAllowed = false, allowed } = rules;
  const valid = allowed === undefined ? 'any non-duplicate values' : `[${allowed.join(', ')}]`;
  const description = `${valid}${emptyAllowed ? ', (empty list) allowed' : ''}`;
  return validator(description, (key, value) => {
    if (value === null) {
      if (nullAllowed) return;
      throw listError(key, 'values must not be null.');
    }
    if (value.length === 0 && !emptyAllowed) {
      const hint = allowed === undefined ? 'any non-empty value' : `[${allowed.join(', ')}]`;
      throw listError(key, `must not be empty. Valid values include: ${hint}`);
    }
    if (new Set(value).size !== value.length) throw listError(key, 'values must not be duplicated.');
    for (const item of value) {
      if (item === '') throw listError(key, 'values must not be empty.');
      if (allowed !== undefined) oneOf(...allowed).ensureValid(key, item);
    }
  });
}

function listError(key: string, why: string): ConnectError {
  return new ConnectError('config', `Configuration '${key}' ${why}`);
}

/** All of them; the first that refuses speaks. */
export function allOf<T>(...validators: readonly Validator<T>[]): Validator<T> {
  return validator(validators.map((each) => each.description).join(', '), (key, value) => {
    for (const each of validators) each.ensureValid(key, value);
  });
}

/** A check in words of its own: return why the value is refused, or null. Not asked about null. */
export function satisfies<T>(description: string, refusal: (value: T) => string | null): Validator<T> {
  return validator(description, (key, value) => {
    const why = value === null ? null : refusal(value);
    if (why !== null) throw invalidValue(key, value, why);
  });
}
