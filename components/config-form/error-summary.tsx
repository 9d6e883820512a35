import type { ConfigField } from '../../server/entities/console-plugin.ts';
import { Notice } from '../ui/notice.tsx';
import { fieldId } from './field-row.tsx';

export interface FieldErrors {
  readonly key: string;
  readonly messages: readonly string[];
}

interface ErrorSummaryProps {
  readonly errors: readonly FieldErrors[];
  readonly fields: readonly ConfigField[];
}

/** All errors at one place, each a link to its field. */
export function ErrorSummary({ errors, fields }: ErrorSummaryProps) {
  const count = errors.reduce((sum, { messages }) => sum + messages.length, 0);
  if (count === 0) return null;
  return (
    <Notice kind="error" title={count === 1 ? 'One setting needs a look' : `${count} settings need a look`}>
      <ul className="grid gap-1">
        {errors.map(({ key, messages }) => (
          <li key={key}>
            <a
              href={`#${fieldId(key)}`}
              className="underline underline-offset-2"
              onClick={(event) => {
                const input = document.getElementById(fieldId(key));
                if (input === null) return;
                event.preventDefault();
                input.focus();
              }}
            >
              {fields.find(({ name }) => name === key)?.displayName ?? key}
            </a>
            : {messages.join(' ')}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
