'use client';

import { useEffect, useRef, useState } from 'react';
import type { ConfigFormAnswer } from '../../server/entities/console-plugin.ts';
import { validateConfig } from '../queries/plugins.ts';
import { type ConfigDocument, isSameDocument } from './config-document.ts';

const quietMs = 300;

export interface Validation {
  readonly answer: ConfigFormAnswer;
  /** The answer is for an older document. */
  readonly isChecking: boolean;
  readonly error: unknown;
}

/**
 * Validates the document a moment after the last change. Every change aborts what is still under way, and an answer
 * counts only while its document is still the present one.
 */
export function useValidation(
  className: string,
  connector: string | null,
  document: ConfigDocument,
  initial: { readonly document: ConfigDocument; readonly answer: ConfigFormAnswer },
): Validation {
  const [state, setState] = useState<{ answered: ConfigDocument; answer: ConfigFormAnswer; error: unknown }>({
    answered: initial.document,
    answer: initial.answer,
    error: null,
  });
  const answered = useRef(initial.document);

  useEffect(() => {
    if (isSameDocument(document, answered.current)) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      validateConfig(className, { connector, config: document }, abort.signal).then(
        (answer) => {
          if (abort.signal.aborted) return;
          answered.current = document;
          setState({ answered: document, answer, error: null });
        },
        (error: unknown) => {
          if (!abort.signal.aborted) setState((before) => ({ ...before, error }));
        },
      );
    }, quietMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [className, connector, document]);

  return {
    answer: state.answer,
    isChecking: state.error === null && !isSameDocument(state.answered, document),
    error: state.error,
  };
}
