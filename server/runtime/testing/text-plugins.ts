import { defineConfig } from '../../config/define-config.ts';
import { boolean, string } from '../../config/kinds.ts';
import { satisfies } from '../../config/validators.ts';
import { ConnectError } from '../../errors/connect-error.ts';
import type {
  ConverterPlugin,
  HeaderConverterPlugin,
  PredicatePlugin,
  TransformationPlugin,
} from '../../plugin-api/plugin.ts';

const description = {
  version: '1.0',
  summary: 'For tests.',
  support: 'supported',
  system: 'tests',
  verified: 'by the tests that use it',
} as const;

/** Text as it is; refuses the value `poison`. */
export const textConverter: ConverterPlugin = {
  ...description,
  type: 'converter',
  className: 'test.TextConverter',
  title: 'Text',
  config: defineConfig({
    'converter.type': string({ importance: 'LOW', documentation: 'key, value or header.' }),
    strict: boolean({ importance: 'LOW', default: false, documentation: 'Accepted.' }),
  }),
  createConverter: () => ({
    configure: () => {},
    fromConnectData: (_topic, _schema, value) => {
      if (value === 'poison') throw new ConnectError('data', 'poison cannot be converted');
      return value === null || value === undefined ? null : String(value);
    },
    toConnectData: (_topic, bytes) => {
      const value = bytes === null ? null : bytes.toString();
      if (value === 'poison') throw new ConnectError('data', 'poison cannot be converted');
      return { schema: null, value };
    },
  }),
};

export const textHeaderConverter: HeaderConverterPlugin = {
  ...description,
  type: 'header_converter',
  className: 'test.TextHeaderConverter',
  title: 'Text headers',
  config: defineConfig({}),
  createHeaderConverter: () => ({
    configure: () => {},
    fromConnectHeader: (_topic, _key, _schema, value) => (value === null ? null : String(value)),
    toConnectHeader: (_topic, _key, bytes) => ({
      schema: null,
      value: bytes === null ? null : bytes.toString(),
    }),
  }),
};

/** Drops values that match `regex`; throws for the value `throw`. */
export const dropMatching: TransformationPlugin = {
  ...description,
  type: 'transformation',
  className: 'test.DropMatching',
  title: 'Drop',
  config: defineConfig({
    regex: string({
      importance: 'HIGH',
      documentation: 'What to drop.',
      validator: satisfies<string>('valid regex', (text) => (text === '(' ? 'Invalid regex' : null)),
    }),
  }),
  createTransformation: () => {
    let regex = /(?!)/;
    return {
      configure: (settings) => {
        regex = new RegExp(settings.regex ?? '');
      },
      apply: (record) => {
        if (record.value === 'throw') throw new ConnectError('data', 'asked to throw');
        return regex.test(String(record.value)) ? null : record;
      },
    };
  },
};

export const topicIs: PredicatePlugin = {
  ...description,
  type: 'predicate',
  className: 'test.TopicIs',
  title: 'Topic is',
  config: defineConfig({ topic: string({ importance: 'HIGH', documentation: 'The topic.' }) }),
  createPredicate: () => {
    let topic = '';
    return {
      configure: (settings) => {
        topic = settings.topic ?? '';
      },
      test: (record) => record.topic === topic,
    };
  },
};
