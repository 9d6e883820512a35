import { defineConfig } from '../../config/define-config.ts';
import { boolean, int, long, string } from '../../config/kinds.ts';
import { nonEmptyString, validator } from '../../config/validators.ts';
import { ConnectError, isConnectError } from '../../errors/connect-error.ts';
import { quickstartNames } from './quickstarts.ts';
import {
  compileSource,
  quickstartOf,
  type SchemaSource,
  schemaOfSource,
  sourceKeys,
} from './schema-source.ts';

const what = 'Data';
const pace = 'Pace';

/** Refuses what no records can be made of, in the words of the reader. */
function usable(source: (value: string) => SchemaSource) {
  return validator<string>('', (_key, value) => {
    if (value !== null && value !== '') compileSource(source(value));
  });
}

export const datagenConfig = defineConfig(
  {
    'kafka.topic': string({
      importance: 'HIGH',
      documentation: 'Topic that gets the records.',
      validator: nonEmptyString(),
      group: what,
      width: 'MEDIUM',
      displayName: 'Topic',
    }),
    quickstart: string({
      importance: 'HIGH',
      documentation: 'Name of a ready-made kind of data, in upper or lower case.',
      default: '',
      validator: validator('the name of a quickstart', (key, value) => {
        if (value === null || value === '' || quickstartOf(value) !== undefined) return;
        throw new ConnectError('config', `${key} must be one out of ${quickstartNames.join(',')}`);
      }),
      group: what,
      width: 'MEDIUM',
      displayName: 'Quickstart',
      dependents: ['schema.keyfield'],
      recommender: { validValues: () => quickstartNames, visible: () => true },
    }),
    'schema.string': string({
      importance: 'HIGH',
      documentation:
        'Avro schema of the records as JSON, in which arg.properties say how values are made. Instead of a quickstart.',
      default: '',
      validator: usable((text) => ({ 'schema.string': text })),
      group: what,
      width: 'LONG',
      displayName: 'Schema',
      dependents: ['schema.keyfield'],
    }),
    'schema.filename': string({
      importance: 'HIGH',
      documentation:
        'File on the worker that holds such a schema. Instead of the schema itself or a quickstart.',
      default: '',
      validator: usable((file) => ({ 'schema.filename': file })),
      group: what,
      width: 'LONG',
      displayName: 'Schema file',
      dependents: ['schema.keyfield'],
    }),
    'schema.keyfield': string({
      importance: 'HIGH',
      documentation:
        'Field of the value that is the key as well. Empty: the usual one of the quickstart; records of a schema then have no key.',
      default: '',
      group: what,
      width: 'MEDIUM',
      displayName: 'Key field',
      recommender: { validValues: (_key, parsed) => fieldsOf(parsed) ?? [], visible: () => true },
    }),
    'random.seed': long({
      importance: 'LOW',
      documentation:
        'Number that the data follow from: the same seed gives the same records. Each task has data of its own. Empty: other data each time.',
      default: null,
      group: what,
      width: 'MEDIUM',
      displayName: 'Random seed',
    }),
    'max.interval': long({
      importance: 'HIGH',
      documentation:
        'Longest wait in milliseconds before a record; each waits for a random part of it. With 0 records come in batches, as fast as they can be written.',
      default: 500,
      group: pace,
      width: 'SHORT',
      displayName: 'Longest wait (ms)',
    }),
    iterations: int({
      importance: 'HIGH',
      documentation: 'Records of each task, after which it stays idle. Less than 1: no end.',
      default: -1,
      group: pace,
      width: 'SHORT',
      displayName: 'Records per task',
    }),
    'iterations.end.fails': boolean({
      importance: 'LOW',
      documentation:
        'Whether a task that made all its records becomes FAILED, as with the Java connector, instead of staying RUNNING and idle.',
      default: false,
      group: pace,
      width: 'SHORT',
      displayName: 'Fail when done',
    }),
  },
  [
    (parsed, addError) => {
      const given = sourceKeys.filter((key) => (parsed[key] ?? '') !== '');
      if (given.length === 1) return;
      for (const key of given.length === 0 ? sourceKeys : given) {
        addError(key, `Must set exactly one of ${sourceKeys.join(', ')}`);
      }
    },
    (parsed, addError) => {
      const keyField = parsed['schema.keyfield'] ?? '';
      const names = fieldsOf(parsed);
      if (keyField === '' || names === null || names.includes(keyField)) return;
      addError(
        'schema.keyfield',
        `The schema does not contain the field provided in 'schema.keyfield'; it has ${names.join(', ')}`,
      );
    },
  ],
);

/** Fields of the one schema that is set; null: there is none, or it is wrong, which its own key says. */
function fieldsOf(parsed: Readonly<Record<string, unknown>>): readonly string[] | null {
  const given = sourceKeys.flatMap((key) => {
    const value = parsed[key];
    return typeof value === 'string' && value !== '' ? [{ [key]: value }] : [];
  });
  const [only] = given;
  if (only === undefined || given.length > 1) return null;
  try {
    return schemaOfSource(only).fields.map(({ name }) => name);
  } catch (error) {
    if (isConnectError(error)) return null;
    throw error;
  }
}
