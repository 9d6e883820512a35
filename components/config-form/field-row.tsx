'use client';

import { RotateCcw } from 'lucide-react';
import type { ConfigField } from '../../server/entities/console-plugin.ts';
import { classes } from '../ui/classes.ts';
import { FieldInput } from './field-input.tsx';

interface FieldRowProps {
  readonly field: ConfigField;
  /** undefined: the key is not in the document. */
  readonly value: string | undefined;
  readonly isChanged: boolean;
  readonly errors: readonly string[];
  readonly recommended: readonly string[];
  readonly isReadOnly: boolean;
  readonly onChange: (value: string | null) => void;
  readonly onTouched: () => void;
}

/** Id of the input of a key: what links of the error summary jump to. */
export function fieldId(key: string): string {
  return `field-${key}`;
}

export function FieldRow(props: FieldRowProps) {
  const { field, value, isChanged, errors, recommended, isReadOnly, onChange, onTouched } = props;
  const id = fieldId(field.name);
  const hasName = field.displayName !== field.name;
  return (
    <div className="grid gap-1.5 py-3.5">
      <div className="flex flex-wrap items-baseline gap-x-2">
        <label htmlFor={id} className={classes('font-medium', !hasName && 'font-mono text-sm')}>
          {field.displayName}
        </label>
        {field.required && <span className="text-failed text-xs">required</span>}
        {isChanged && <span className="text-accent text-xs">changed</span>}
        {hasName && <span className="break-all font-mono text-muted text-xs">{field.name}</span>}
        {value !== undefined && !field.required && !isReadOnly && (
          <button
            type="button"
            onClick={() => onChange(null)}
            className="ml-auto inline-flex items-center gap-1 rounded px-1 text-muted text-xs hover:bg-raised hover:text-ink"
          >
            <RotateCcw aria-hidden className="size-3" />
            {field.defaultValue === null ? 'Clear' : 'Use the default'}
            <span className="sr-only"> of {field.displayName}</span>
          </button>
        )}
      </div>
      <FieldInput
        id={id}
        field={field}
        value={value}
        recommended={recommended}
        isInvalid={errors.length > 0}
        isReadOnly={isReadOnly}
        describedBy={`${id}-errors ${id}-help`}
        onChange={onChange}
        onTouched={onTouched}
      />
      <div id={`${id}-errors`} className="text-failed text-sm empty:hidden">
        {errors.map((message) => (
          <p key={message} className="break-words">
            {message}
          </p>
        ))}
      </div>
      <p id={`${id}-help`} className="max-w-prose text-muted text-sm">
        {isReadOnly ? 'Cannot be changed after a connector was created. ' : ''}
        {field.documentation}
        {field.defaultValue !== null && field.defaultValue !== '' && (
          <>
            {' '}
            Default: <span className="break-all font-mono text-xs">{field.defaultValue}</span>.
          </>
        )}
        <span className="sr-only"> {field.importance.toLowerCase()} importance.</span>
      </p>
    </div>
  );
}
