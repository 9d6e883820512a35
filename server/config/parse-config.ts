import { ConnectError } from '../errors/connect-error.ts';
import type { ConfigDef, ParsedConfig } from './config-def.ts';
import type { RawConfig } from './config-key.ts';
import { evaluateConfig, parsedValues } from './evaluate-config.ts';

/**
 * Settings to typed values, indexed by the same dotted names. Throws one `config` error with a message a line for
 * each key that is wrong. Unknown keys are ignored.
 */
export function parseConfig<Def extends ConfigDef>(def: Def, raw: RawConfig): ParsedConfig<Def> {
  const outcome = evaluateConfig(def, raw);
  // What a validator says about a value that could not be parsed adds nothing here.
  const messages = [...outcome.values()].flatMap(({ value, errors }) =>
    value === null ? errors.slice(0, 1) : errors,
  );
  if (messages.length > 0) throw new ConnectError('config', messages.join('\n'));
  return parsedValues(outcome) as ParsedConfig<Def>;
}
