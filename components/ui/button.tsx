import { cva, type VariantProps } from 'class-variance-authority';
import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { classes } from './classes.ts';

export const buttonLook = cva(
  'inline-flex h-8 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md border px-3 font-medium text-sm transition-colors aria-disabled:cursor-not-allowed aria-disabled:opacity-55',
  {
    variants: {
      look: {
        primary: 'border-transparent bg-accent text-on-accent hover:bg-accent/90',
        plain: 'border-line-strong/60 bg-surface text-ink hover:bg-raised',
        quiet: 'border-transparent bg-transparent text-ink hover:bg-raised',
        danger: 'border-transparent bg-failed text-surface hover:bg-failed/90',
      },
      size: { normal: '', icon: 'w-8 px-0', large: 'h-9 px-4' },
    },
    defaultVariants: { look: 'plain', size: 'normal' },
  },
);

interface ButtonProps
  extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled'>,
    VariantProps<typeof buttonLook> {
  /** Why it cannot be used now; it stays reachable by keyboard, so that the reason can be read. */
  readonly reason?: string | null;
  readonly children?: ReactNode;
}

export function Button({ look, size, reason, className, onClick, title, ...rest }: ButtonProps) {
  const isDisabled = reason !== undefined && reason !== null;
  return (
    <button
      type="button"
      {...rest}
      aria-disabled={isDisabled || undefined}
      title={isDisabled ? reason : title}
      className={classes(buttonLook({ look, size }), className)}
      onClick={(event) => {
        if (isDisabled) event.preventDefault();
        else onClick?.(event);
      }}
    />
  );
}
