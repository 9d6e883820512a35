import { describe, expect, it } from 'vitest';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { ConnectRecord } from '../../records/record.ts';
import { compileTransformationChain } from './transformation-chain.ts';

const record: ConnectRecord = {
  topic: 't',
  kafkaPartition: null,
  keySchema: null,
  key: null,
  valueSchema: null,
  value: '',
  timestamp: null,
  headers: null,
};

/** `Append` adds its `text` to the value and drops the value `drop`; `Is` compares the value with its `text`. */
function compile(settings: Settings) {
  const closed: string[] = [];
  const chain = compileTransformationChain(settings, {
    createTransformation: (className) => {
      let own: Settings = {};
      return {
        configure: (given) => {
          own = given;
        },
        apply: (given) => {
          if (given.value === 'throw') throw new Error('thrown');
          if (given.value === 'drop') return null;
          return { ...given, value: `${given.value}${own.text ?? JSON.stringify(own)}` };
        },
        close: () => void closed.push(className),
      };
    },
    createPredicate: () => {
      let text = '';
      return {
        configure: (given) => {
          text = given.text ?? '';
        },
        test: (given) => given.value === text,
        close: () => void closed.push('predicate'),
      };
    },
  });
  const apply = (value: string) => chain?.apply({ ...record, value })?.value ?? null;
  return { chain, apply, closed };
}

const two = {
  transforms: 'a, b',
  'transforms.a.type': 'Append',
  'transforms.a.text': 'A',
  'transforms.b.type': 'Other',
  'transforms.b.text': 'B',
};

describe('a chain of transformations', () => {
  it('is nothing without transforms', () => {
    expect(compile({}).chain).toBeNull();
    expect(compile({ transforms: '' }).chain).toBeNull();
  });

  it('applies them in order and ends at the first that drops the record', () => {
    const { apply } = compile(two);
    expect(apply('x')).toBe('xAB');
    expect(apply('drop')).toBeNull();
  });

  it('gives each its own settings without those of the framework', () => {
    const { apply } = compile({
      transforms: 'a',
      'transforms.a.type': 'Append',
      'transforms.a.plugin.version': '1',
      'transforms.a.negate': 'false',
      'transforms.a.spec': 's',
    });
    expect(apply('')).toBe('{"spec":"s"}');
  });

  it('applies one with a predicate only where it holds, or negated only where it does not', () => {
    const predicate = { predicates: 'p', 'predicates.p.type': 'Is', 'predicates.p.text': 'x' };
    const where = compile({ ...two, ...predicate, 'transforms.a.predicate': 'p' });
    expect([where.apply('x'), where.apply('y')]).toEqual(['xAB', 'yB']);
    const negated = compile({
      ...two,
      ...predicate,
      'transforms.a.predicate': 'p',
      'transforms.a.negate': 'true',
    });
    expect([negated.apply('x'), negated.apply('y')]).toEqual(['xB', 'yAB']);
  });

  it('names the class that threw, and closes all', () => {
    const { apply, chain, closed } = compile(two);
    expect(() => apply('throw')).toThrow('thrown');
    expect(chain?.currentClassName).toBe('Append');
    chain?.close();
    expect(closed).toEqual(['Append', 'Other']);
  });

  it('misses a type, and a predicate that is not defined, by key', () => {
    expect(() => compile({ transforms: 'a' })).toThrow('"transforms.a.type"');
    expect(() => compile({ ...two, 'transforms.a.predicate': 'p' })).toThrow('"predicates.p.type"');
  });
});
