import { messageOf } from '../errors/connect-error.ts';
import type { ConfigDef } from './config-def.ts';
import type { RawConfig } from './config-key.ts';
import type { ConfigValue } from './config-value.ts';
import { evaluateConfig, parsedValues } from './evaluate-config.ts';

/**
 * All keys of the definition, in its order, each with all its messages. Never throws. A value that cannot be parsed
 * may have two messages: the parser's, then the validator's about null.
 */
export function validateConfig(def: ConfigDef, raw: RawConfig): ConfigValue[] {
  const outcome = evaluateConfig(def, raw);
  const parsed = parsedValues(outcome);
  return [...outcome].map(([name, { text, errors }]) => {
    const value: ConfigValue = { name, value: text, recommendedValues: [], errors, visible: true };
    const recommender = def.keys[name]?.recommender;
    if (recommender === undefined) return value;
    try {
      value.recommendedValues = recommender.validValues(name, parsed);
      value.visible = recommender.visible(name, parsed);
    } catch (error) {
      errors.push(messageOf(error));
    }
    return value;
  });
}
