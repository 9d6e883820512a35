import { messageOf } from '../errors/connect-error.ts';
import type { ConfigDef } from './config-def.ts';
import type { ConfigKey, RawConfig } from './config-key.ts';
import { configText } from './config-text.ts';
import { parseValue, shownText } from './parse-value.ts';

export interface EvaluatedKey {
  value: unknown;
  text: string | null;
  readonly errors: string[];
}

/** Every key parsed and validated, then the rules across keys. Unknown keys of `raw` are left alone. */
export function evaluateConfig(def: ConfigDef, raw: RawConfig): Map<string, EvaluatedKey> {
  const outcome = new Map<string, EvaluatedKey>();
  for (const [name, key] of Object.entries(def.keys)) outcome.set(name, evaluateKey(name, key, raw));
  if (def.rules.length === 0) return outcome;
  const parsed = parsedValues(outcome);
  for (const rule of def.rules) {
    rule(parsed, (name, message) => outcome.get(name)?.errors.push(message));
  }
  return outcome;
}

export function parsedValues(outcome: ReadonlyMap<string, EvaluatedKey>): Record<string, unknown> {
  return Object.fromEntries([...outcome].map(([name, { value }]) => [name, value]));
}

function evaluateKey(name: string, key: ConfigKey, raw: RawConfig): EvaluatedKey {
  const result: EvaluatedKey = { value: null, text: null, errors: [] };
  const given = Object.hasOwn(raw, name) ? raw[name] : undefined;
  if (given === undefined && key.default === undefined) {
    result.errors.push(`Missing required configuration "${name}" which has no default value.`);
  } else if (given === undefined) {
    result.value = key.default;
    result.text = configText(key.type, key.default);
  } else if (given !== null) {
    try {
      result.value = parseValue(name, key.type, given);
      result.text = shownText(key.type, given) ?? configText(key.type, result.value);
    } catch (error) {
      result.errors.push(messageOf(error));
    }
  }
  try {
    key.validator?.ensureValid(name, result.value);
  } catch (error) {
    result.errors.push(messageOf(error));
  }
  return result;
}
