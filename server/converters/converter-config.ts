import { string } from '../config/kinds.ts';
import { oneOf } from '../config/validators.ts';

/** Keys that every converter has; the worker sets `converter.type`. */
export const converterKeys = {
  'converter.type': string({
    importance: 'LOW',
    documentation: 'What is converted: key, value or header. Set by the worker.',
    validator: oneOf('key', 'value', 'header'),
  }),
};
