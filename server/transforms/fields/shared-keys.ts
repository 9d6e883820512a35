import { boolean, string } from '../../config/kinds.ts';
import { oneOfIgnoringCase } from '../../config/validators.ts';

export const replaceNullWithDefaultKey = {
  'replace.null.with.default': boolean({
    importance: 'MEDIUM',
    default: true,
    documentation: 'Whether a field that is null reads as the default of its schema, where it has one.',
  }),
};

export const fieldSyntaxKey = {
  'field.syntax.version': string({
    importance: 'HIGH',
    default: 'V1',
    validator: oneOfIgnoringCase('V1', 'V2'),
    documentation:
      'How fields are named. V1: the name of a field at the top. V2: names parted by dots reach into nested data; a name that holds dots stands in backticks, such as `a.b`.c.',
  }),
};

export function fieldSyntaxOf(text: string): 'V1' | 'V2' {
  return text.toUpperCase() === 'V2' ? 'V2' : 'V1';
}
