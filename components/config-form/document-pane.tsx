'use client';

import { useId } from 'react';
import { Card } from '../ui/card.tsx';
import { DocumentEditor } from './document-editor.tsx';
import type { UnknownKey } from './lint-keys.ts';

interface DocumentPaneProps {
  readonly text: string;
  readonly textError: string | null;
  readonly unknown: readonly UnknownKey[];
  readonly onChange: (text: string) => void;
}

/** The text half. Any config can be pasted here: plain JSON, a REST body, or properties lines. */
export function DocumentPane({ text, textError, unknown, onChange }: DocumentPaneProps) {
  const noteId = useId();
  return (
    <Card title="Document" bodyClassName="p-3">
      <DocumentEditor
        text={text}
        label="Config as text"
        isInvalid={textError !== null}
        describedBy={noteId}
        onChange={onChange}
      />
      <div id={noteId} className="mt-2 text-sm">
        {textError !== null ? (
          <p className="break-words text-failed">{textError}</p>
        ) : unknown.length > 0 ? (
          <p className="break-words text-degraded">
            Not in the schema: {unknown.map(({ key }) => key).join(', ')}
          </p>
        ) : (
          <p className="text-muted">
            Form and text are the same document. JSON or key=value lines can be pasted.
          </p>
        )}
      </div>
    </Card>
  );
}
