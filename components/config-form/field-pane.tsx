'use client';

import { Search } from 'lucide-react';
import { useState } from 'react';
import type { ConfigFormAnswer } from '../../server/entities/console-plugin.ts';
import { Card } from '../ui/card.tsx';
import { classes } from '../ui/classes.ts';
import { Segmented } from '../ui/segmented.tsx';
import { textInput } from '../ui/text-input.ts';
import type { ConfigDocument } from './config-document.ts';
import type { FieldErrors } from './error-summary.tsx';
import { FieldRow } from './field-row.tsx';
import { type FieldView, formSections } from './form-sections.ts';
import type { UnknownKey } from './lint-keys.ts';
import { UnknownKeys } from './unknown-keys.tsx';

interface FieldPaneProps {
  readonly answer: ConfigFormAnswer;
  readonly document: ConfigDocument;
  readonly original: ConfigDocument;
  readonly pluginTitle: string;
  readonly isEditing: boolean;
  readonly errors: readonly FieldErrors[];
  readonly unknown: readonly UnknownKey[];
  readonly onChange: (key: string, value: string | null) => void;
  readonly onRename: (from: string, to: string) => void;
  readonly onTouched: (key: string) => void;
}

const views: readonly { value: FieldView; label: string }[] = [
  { value: 'main', label: 'Main' },
  { value: 'required', label: 'Required' },
  { value: 'changed', label: 'Changed' },
  { value: 'all', label: 'All' },
];

export function FieldPane(props: FieldPaneProps) {
  const { answer, document, original, errors, unknown, isEditing, onChange } = props;
  const [view, setView] = useState<FieldView>('main');
  const [search, setSearch] = useState('');
  const errorsOf = (key: string) => errors.find((one) => one.key === key)?.messages ?? [];
  const sections = formSections({
    answer,
    document,
    original,
    view,
    search: search.trim(),
    erring: new Set(errors.map(({ key }) => key)),
    pluginTitle: props.pluginTitle,
  });
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-3">
        <Segmented label="Settings to show" options={views} value={view} onChange={setView} />
        <div className="relative min-w-40 max-w-xs flex-1">
          <Search aria-hidden className="pointer-events-none absolute top-2.5 left-3 size-4 text-muted" />
          <input
            type="search"
            aria-label="Find a setting"
            placeholder="Find a setting"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            className={classes(textInput, 'pl-9 text-sm')}
          />
        </div>
      </div>
      <div className="grid gap-4">
        {sections.map(({ title, fields }) => {
          const count = fields.reduce((sum, { name }) => sum + errorsOf(name).length, 0);
          return (
            <Card
              key={title}
              title={title}
              bodyClassName="divide-y py-0"
              aside={
                count > 0 && (
                  <span className="text-failed text-sm">{count === 1 ? '1 error' : `${count} errors`}</span>
                )
              }
            >
              {fields.map((field) => (
                <FieldRow
                  key={field.name}
                  field={field}
                  value={document[field.name]}
                  isChanged={isEditing && document[field.name] !== original[field.name]}
                  errors={errorsOf(field.name)}
                  recommended={answer.values[field.name]?.recommended ?? []}
                  isReadOnly={isEditing && field.name === 'name'}
                  onChange={(value) => onChange(field.name, value)}
                  onTouched={() => props.onTouched(field.name)}
                />
              ))}
            </Card>
          );
        })}
        {sections.length === 0 && (
          <p className="rounded-md border border-dashed px-4 py-8 text-center text-muted">
            {search.trim() === '' ? 'Nothing is changed.' : 'No setting fits.'}
          </p>
        )}
        {unknown.length > 0 && (
          <Card title="Not in the schema" bodyClassName="divide-y py-0">
            <UnknownKeys
              unknown={unknown}
              document={document}
              errorsOf={errorsOf}
              onChange={onChange}
              onRename={props.onRename}
            />
          </Card>
        )}
      </div>
    </>
  );
}
