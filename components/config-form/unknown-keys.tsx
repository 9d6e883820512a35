import { Trash2 } from 'lucide-react';
import { Button } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import { textInput } from '../ui/text-input.ts';
import type { ConfigDocument } from './config-document.ts';
import { fieldId } from './field-row.tsx';
import type { UnknownKey } from './lint-keys.ts';

interface UnknownKeysProps {
  readonly unknown: readonly UnknownKey[];
  readonly document: ConfigDocument;
  readonly errorsOf: (key: string) => readonly string[];
  readonly onChange: (key: string, value: string | null) => void;
  readonly onRename: (from: string, to: string) => void;
}

/** Pairs that no definition knows: kept, editable, and with what was probably meant. */
export function UnknownKeys({ unknown, document, errorsOf, onChange, onRename }: UnknownKeysProps) {
  return unknown.map(({ key, suggestion }) => (
    <div key={key} className="grid gap-1.5 py-3.5">
      <label htmlFor={fieldId(key)} className="break-all font-medium font-mono text-sm">
        {key}
      </label>
      <div className="flex gap-2">
        <input
          id={fieldId(key)}
          type="text"
          autoComplete="off"
          spellCheck={false}
          value={document[key] ?? ''}
          aria-describedby={`${fieldId(key)}-lint`}
          className={classes(textInput, 'font-mono text-sm')}
          onChange={(event) => onChange(key, event.target.value)}
        />
        <Button
          size="icon"
          className="h-9 w-9"
          aria-label={`Remove ${key}`}
          onClick={() => onChange(key, null)}
        >
          <Trash2 aria-hidden className="size-4" />
        </Button>
      </div>
      <p id={`${fieldId(key)}-lint`} className="text-degraded text-sm">
        {errorsOf(key).join(' ')} This connector does not know the key; it is kept and ignored.
        {suggestion !== null && (
          <>
            {' '}
            Did you mean{' '}
            <button
              type="button"
              className="break-all font-mono text-xs underline underline-offset-2"
              onClick={() => onRename(key, suggestion)}
            >
              {suggestion}
            </button>
            ?
          </>
        )}
      </p>
    </div>
  ));
}
