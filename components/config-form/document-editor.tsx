'use client';

import type { EditorView } from '@codemirror/view';
import { useEffect, useRef, useState } from 'react';
import { classes } from '../ui/classes.ts';
import { textInput } from '../ui/text-input.ts';

interface DocumentEditorProps {
  readonly text: string;
  readonly label: string;
  readonly isInvalid: boolean;
  readonly describedBy: string;
  readonly onChange: (text: string) => void;
}

/** The document as text. A plain text area until the editor has been loaded, and for good if it cannot be. */
export function DocumentEditor({ text, label, isInvalid, describedBy, onChange }: DocumentEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef({ text, onChange });
  latest.current = { text, onChange };
  const [isLoaded, setIsLoaded] = useState(false);

  useEffect(() => {
    let isGone = false;
    void import('./open-editor.ts').then(
      ({ openEditor }) => {
        if (isGone || place.current === null) return;
        view.current = openEditor(place.current, latest.current.text, label, describedBy, (changed) =>
          latest.current.onChange(changed),
        );
        setIsLoaded(true);
      },
      () => undefined,
    );
    return () => {
      isGone = true;
      view.current?.destroy();
      view.current = null;
    };
  }, [label, describedBy]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === text) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
  }, [text]);

  return (
    <>
      <div
        ref={place}
        className={classes(
          'overflow-hidden rounded-md border border-line-strong bg-surface text-xs',
          isInvalid && 'border-failed',
          !isLoaded && 'hidden',
        )}
      />
      {!isLoaded && (
        <textarea
          aria-label={label}
          aria-describedby={describedBy}
          aria-invalid={isInvalid || undefined}
          spellCheck={false}
          value={text}
          rows={16}
          onChange={(event) => onChange(event.target.value)}
          className={classes(textInput, 'h-auto py-2 font-mono text-xs')}
        />
      )}
    </>
  );
}
