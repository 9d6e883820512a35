'use client';

import { LoaderCircle } from 'lucide-react';
import { useEffect, useState } from 'react';
import { describeError } from '../queries/describe-error.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { type ConfigDocument, isSameDocument } from './config-document.ts';
import type { Validation } from './use-validation.ts';

interface SubmitBarProps {
  readonly label: string;
  readonly document: ConfigDocument;
  readonly original: ConfigDocument;
  readonly validation: Validation;
  readonly textError: string | null;
  readonly isNew: boolean;
  /** Called instead of saving while settings are not valid. */
  readonly onRefused: () => void;
  readonly onSubmit: (document: ConfigDocument) => Promise<void>;
}

/** Saves at once when nothing is wrong; otherwise shows what is. The server validates once more in any case. */
export function SubmitBar(props: SubmitBarProps) {
  const { label, document, original, validation, textError, isNew, onRefused, onSubmit } = props;
  const [isBusy, setIsBusy] = useState(false);
  const [isWaiting, setIsWaiting] = useState(false);
  const [error, setError] = useState<unknown>(null);

  async function submit(): Promise<void> {
    setError(null);
    if (validation.answer.errorCount > 0 && validation.error === null) return onRefused();
    setIsBusy(true);
    try {
      await onSubmit(document);
    } catch (thrown) {
      setError(thrown);
      setIsBusy(false);
    }
  }

  // A click right after the last keystroke is for the document as it is now, not as it was checked before.
  useEffect(() => {
    if (!isWaiting || validation.isChecking) return;
    setIsWaiting(false);
    void submit();
  });

  const reason =
    isBusy || isWaiting
      ? 'Under way'
      : textError !== null
        ? 'The text is not complete'
        : !isNew && isSameDocument(document, original)
          ? 'Nothing is changed'
          : null;
  return (
    <div className="sticky bottom-14 z-10 mt-4 grid gap-3 border-t bg-canvas py-3 sm:bottom-0">
      {error !== null && (
        <Notice kind="error" title={describeError(error).title} announced>
          <span className="whitespace-pre-wrap">{describeError(error).message}</span>
        </Notice>
      )}
      {validation.error !== null && (
        <Notice kind="warning" title="The settings cannot be checked now">
          {describeError(validation.error).message}
        </Notice>
      )}
      <div className="flex flex-wrap items-center gap-3">
        <Button look="primary" size="large" reason={reason} onClick={() => setIsWaiting(true)}>
          {(isBusy || isWaiting) && <LoaderCircle aria-hidden className="size-4 motion-safe:animate-spin" />}
          {label}
        </Button>
        <p aria-live="polite" className="text-muted text-sm">
          {statusText(validation)}
          {!isNew && changeText(original, document)}
        </p>
      </div>
    </div>
  );
}

function statusText({ isChecking, answer }: Validation): string {
  if (isChecking) return 'Checking…';
  return answer.errorCount === 0 ? 'All settings are valid.' : 'Some settings are missing or not valid.';
}

function changeText(original: ConfigDocument, document: ConfigDocument): string {
  const keys = new Set([...Object.keys(original), ...Object.keys(document)]);
  const count = [...keys].filter((key) => original[key] !== document[key]).length;
  return count === 0 ? '' : ` ${count} ${count === 1 ? 'key' : 'keys'} changed; its tasks restart.`;
}
