'use client';

import { useCallback, useState } from 'react';
import { type ConfigDocument, formatDocument, parseDocument, withValue } from './config-document.ts';

export interface EditedDocument {
  readonly document: ConfigDocument;
  readonly text: string;
  /** Why the text is no document at the moment; the document is then the last good one. */
  readonly textError: string | null;
  readonly setValue: (key: string, value: string | null) => void;
  readonly renameKey: (from: string, to: string) => void;
  readonly setText: (text: string) => void;
}

/** One document behind form and text: whichever is edited, the other follows. */
export function useConfigDocument(initial: ConfigDocument): EditedDocument {
  const [state, setState] = useState(() => ({
    document: initial,
    text: formatDocument(initial),
    textError: null as string | null,
  }));

  const setDocument = useCallback((change: (document: ConfigDocument) => ConfigDocument) => {
    setState((before) => {
      const document = change(before.document);
      return { document, text: formatDocument(document), textError: null };
    });
  }, []);

  return {
    ...state,
    setValue: useCallback(
      (key, value) => setDocument((document) => withValue(document, key, value)),
      [setDocument],
    ),
    renameKey: useCallback(
      (from, to) =>
        setDocument((document) =>
          Object.fromEntries(
            Object.entries(document).map(([key, value]) => [key === from ? to : key, value]),
          ),
        ),
      [setDocument],
    ),
    setText: useCallback((text) => {
      setState((before) => {
        if (text === before.text) return before;
        const parsed = parseDocument(text);
        return parsed.ok
          ? { document: parsed.document, text, textError: null }
          : { ...before, text, textError: parsed.message };
      });
    }, []),
  };
}
