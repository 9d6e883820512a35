'use client';

import { AlertDialog } from '@base-ui/react/alert-dialog';
import { type ReactNode, useId, useState } from 'react';
import { describeError } from '../queries/describe-error.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';
import { textInput } from './text-input.ts';

interface ConfirmActionProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly children: ReactNode;
  readonly actionLabel: string;
  /** Has to be typed before the button works. */
  readonly typedName: string;
  readonly onConfirm: () => Promise<void>;
}

/** For what cannot be taken back. Closes when it worked; otherwise says why, in place. */
export function ConfirmAction(props: ConfirmActionProps) {
  const { open, onOpenChange, title, children, actionLabel, typedName, onConfirm } = props;
  const [typed, setTyped] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const inputId = useId();

  async function confirm(): Promise<void> {
    setIsBusy(true);
    setError(null);
    try {
      await onConfirm();
      onOpenChange(false);
    } catch (thrown) {
      setError(thrown);
    } finally {
      setIsBusy(false);
    }
  }

  const reason = isBusy ? 'Under way' : typed === typedName ? null : 'Type the name first';
  return (
    <AlertDialog.Root open={open} onOpenChange={onOpenChange}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <AlertDialog.Popup className="fixed top-1/2 left-1/2 z-50 w-[min(28rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 rounded-lg border bg-surface p-5 shadow-xl">
          <AlertDialog.Title className="font-semibold text-lg">{title}</AlertDialog.Title>
          <AlertDialog.Description render={<div />} className="mt-2 text-muted">
            {children}
          </AlertDialog.Description>
          <form
            className="mt-4 grid gap-3"
            onSubmit={(event) => {
              event.preventDefault();
              if (reason === null) void confirm();
            }}
          >
            <label htmlFor={inputId} className="text-sm">
              Type <span className="break-all font-medium font-mono">{typedName}</span> to go on
            </label>
            <input
              id={inputId}
              className={textInput}
              value={typed}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setTyped(event.target.value)}
            />
            {error !== null && (
              <Notice kind="error" title={describeError(error).title} announced>
                {describeError(error).message}
              </Notice>
            )}
            <div className="mt-1 flex justify-end gap-2">
              <AlertDialog.Close render={<Button>Cancel</Button>} />
              <Button type="submit" look="danger" reason={reason}>
                {actionLabel}
              </Button>
            </div>
          </form>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
