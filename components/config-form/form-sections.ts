import type { ConfigField, ConfigFormAnswer } from '../../server/entities/console-plugin.ts';
import type { ConfigDocument } from './config-document.ts';

export const fieldViews = ['main', 'required', 'changed', 'all'] as const;
export type FieldView = (typeof fieldViews)[number];

export interface FormSection {
  readonly title: string;
  readonly fields: readonly ConfigField[];
}

interface SectionInput {
  readonly answer: ConfigFormAnswer;
  readonly document: ConfigDocument;
  readonly original: ConfigDocument;
  readonly view: FieldView;
  readonly search: string;
  /** Keys whose errors are shown: their fields are, in every view. */
  readonly erring: ReadonlySet<string>;
  readonly pluginTitle: string;
}

/** Set by the choice of the plugin, not by hand. */
const fixedKeys = new Set(['connector.class']);

/** Fields to draw, by section: what every connector has first, then the plugin's own, then the rest. */
export function formSections(input: SectionInput): FormSection[] {
  const sections = new Map<string, ConfigField[]>();
  const shown = input.answer.fields.filter((field) => !fixedKeys.has(field.name) && isShown(field, input));
  for (const field of shown.toSorted((a, b) => rankOf(a) - rankOf(b))) {
    const title = field.group ?? (field.own ? input.pluginTitle : 'Other');
    const section = sections.get(title);
    if (section === undefined) sections.set(title, [field]);
    else section.push(field);
  }
  return [...sections].map(([title, fields]) => ({ title, fields }));
}

function rankOf(field: ConfigField): number {
  if (field.group === 'Common') return 0;
  return field.own ? 1 : 2;
}

function isShown(field: ConfigField, input: SectionInput): boolean {
  const { answer, document, original, view, search, erring } = input;
  const { name } = field;
  const isSet = Object.hasOwn(document, name);
  if (search !== '') return matches(field, search);
  if (erring.has(name)) return true;
  if (!isSet && answer.values[name]?.visible === false) return false;
  switch (view) {
    case 'all':
      return true;
    case 'required':
      return field.required || name === 'name';
    case 'changed':
      return document[name] !== original[name];
    case 'main':
      return (
        field.required || isSet || (field.importance === 'HIGH' && (field.own || field.group === 'Common'))
      );
  }
}

function matches({ name, displayName, documentation }: ConfigField, search: string): boolean {
  const text = `${name} ${displayName} ${documentation}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
