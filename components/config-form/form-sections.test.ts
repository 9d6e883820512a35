import { expect, test } from 'vitest';
import type { ConfigField, ConfigFormAnswer } from '../../server/entities/console-plugin.ts';
import type { ConfigDocument } from './config-document.ts';
import { type FieldView, formSections } from './form-sections.ts';

function field(name: string, more: Partial<ConfigField> = {}): ConfigField {
  return {
    name,
    type: 'STRING',
    required: false,
    defaultValue: null,
    importance: 'LOW',
    documentation: '',
    group: null,
    order: 1,
    displayName: name,
    own: true,
    ...more,
  };
}

const common = { group: 'Common', own: false } as const;
const answer: ConfigFormAnswer = {
  errorCount: 0,
  groups: [],
  fields: [
    field('transforms', { group: 'Transforms', own: false, importance: 'HIGH' }),
    field('file', { importance: 'HIGH' }),
    field('topic', { required: true, importance: 'HIGH' }),
    field('batch.size', { documentation: 'Most records in one go' }),
    field('secret.part', { group: 'Hidden' }),
    field('name', { ...common, required: true, importance: 'HIGH' }),
    field('connector.class', { ...common, required: true, importance: 'HIGH' }),
    field('key.converter', common),
  ],
  values: { 'secret.part': { errors: [], recommended: [], visible: false } },
};

function shown(
  view: FieldView,
  more: { document?: ConfigDocument; original?: ConfigDocument; search?: string; erring?: string[] } = {},
) {
  const { document = {}, original = {}, search = '', erring = [] } = more;
  const sections = formSections({
    answer,
    document,
    original,
    view,
    search,
    erring: new Set(erring),
    pluginTitle: 'Line source',
  });
  return sections.map(({ title, fields }) => [title, ...fields.map(({ name }) => name)]);
}

test('the main view has what is required, set or of high importance, common keys first', () => {
  expect(shown('main', { document: { 'key.converter': 'x' } })).toEqual([
    ['Common', 'name', 'key.converter'],
    ['Line source', 'file', 'topic'],
  ]);
});

test('the required view has nothing else', () => {
  expect(shown('required')).toEqual([
    ['Common', 'name'],
    ['Line source', 'topic'],
  ]);
});

test('the changed view compares with what is stored', () => {
  expect(
    shown('changed', { original: { file: 'a', topic: 't' }, document: { file: 'b', topic: 't' } }),
  ).toEqual([['Line source', 'file']]);
  expect(shown('changed', { original: { file: 'a' }, document: {} })).toEqual([['Line source', 'file']]);
});

test('the view of all leaves out what the connector hides, unless it is set', () => {
  expect(shown('all').flat()).not.toContain('secret.part');
  expect(shown('all', { document: { 'secret.part': '1' } }).flat()).toContain('secret.part');
  expect(shown('all').map(([title]) => title)).toEqual(['Common', 'Line source', 'Transforms']);
});

test('a field with an error is shown in every view', () => {
  expect(shown('required', { erring: ['batch.size'] })).toContainEqual([
    'Line source',
    'topic',
    'batch.size',
  ]);
});

test('a search looks at names and documentation, whatever the view', () => {
  expect(shown('required', { search: 'MOST records' })).toEqual([['Line source', 'batch.size']]);
  expect(shown('all', { search: 'no such' })).toEqual([]);
});
