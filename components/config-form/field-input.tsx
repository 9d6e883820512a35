'use client';

import type { InputHTMLAttributes } from 'react';
import { hiddenValue } from '../../server/entities/console-connector.ts';
import type { ConfigField, ConfigType } from '../../server/entities/console-plugin.ts';
import { classes } from '../ui/classes.ts';
import { textInput } from '../ui/text-input.ts';

interface FieldInputProps {
  readonly id: string;
  readonly field: ConfigField;
  readonly value: string | undefined;
  readonly recommended: readonly string[];
  readonly isInvalid: boolean;
  readonly isReadOnly: boolean;
  readonly describedBy: string;
  readonly onChange: (value: string | null) => void;
  readonly onTouched: () => void;
}

const inputModes: Readonly<Partial<Record<ConfigType, InputHTMLAttributes<HTMLInputElement>['inputMode']>>> =
  {
    INT: 'numeric',
    SHORT: 'numeric',
    LONG: 'numeric',
    DOUBLE: 'decimal',
  };

/** The one switch on kinds. An empty input means that the key is not set. */
export function FieldInput(props: FieldInputProps) {
  const { id, field, value, isInvalid, isReadOnly, describedBy, recommended, onChange, onTouched } = props;
  const common = {
    id,
    'aria-describedby': describedBy,
    'aria-invalid': isInvalid || undefined,
    'aria-required': field.required || undefined,
    onBlur: onTouched,
  };
  switch (field.type) {
    case 'BOOLEAN':
      return <Choice {...props} common={common} options={['true', 'false']} />;
    case 'PASSWORD':
      return (
        <input
          {...common}
          type="password"
          autoComplete="new-password"
          value={value === undefined || value === hiddenValue ? '' : value}
          placeholder={value === hiddenValue ? 'Stored. Type to replace it' : undefined}
          className={textInput}
          onChange={(event) => onChange(event.target.value === '' ? null : event.target.value)}
        />
      );
    default: {
      // Few fixed words are a choice; a long list, a list of values or class names can also be typed.
      if (field.type === 'STRING' && recommended.length > 0 && recommended.length <= 12) {
        return <Choice {...props} common={common} options={recommended} />;
      }
      const listId = `${id}-values`;
      return (
        <>
          <input
            {...common}
            type="text"
            inputMode={inputModes[field.type]}
            autoComplete="off"
            spellCheck={false}
            readOnly={isReadOnly}
            list={recommended.length > 0 ? listId : undefined}
            value={value ?? ''}
            placeholder={field.defaultValue ?? (field.type === 'LIST' ? 'one, another' : undefined)}
            className={classes(textInput, 'font-mono text-sm read-only:bg-raised')}
            onChange={(event) => onChange(event.target.value === '' ? null : event.target.value)}
          />
          {recommended.length > 0 && (
            <datalist id={listId}>
              {recommended.map((option) => (
                <option key={option} value={option} />
              ))}
            </datalist>
          )}
        </>
      );
    }
  }
}

interface ChoiceProps extends FieldInputProps {
  readonly common: { readonly id: string; readonly onBlur: () => void };
  readonly options: readonly string[];
}

/** A select that never loses a value that is not among its options. */
function Choice({ common, field, value, options, onChange }: ChoiceProps) {
  const isOther = value !== undefined && !options.includes(value);
  const unset = field.defaultValue === null ? 'Not set' : `${field.defaultValue} (default)`;
  return (
    <select
      {...common}
      value={value ?? ''}
      className={textInput}
      onChange={(event) => onChange(event.target.value === '' ? null : event.target.value)}
    >
      <option value="">{unset}</option>
      {isOther && <option value={value}>{value}</option>}
      {options.map((option) => (
        <option key={option} value={option}>
          {option}
        </option>
      ))}
    </select>
  );
}
