import type { ReactNode } from 'react';
import { classes } from './classes.ts';

export function Tag({ children, className }: { readonly children: ReactNode; readonly className?: string }) {
  return (
    <span
      className={classes(
        'inline-flex h-5 items-center whitespace-nowrap rounded border bg-raised px-1.5 text-muted text-xs',
        className,
      )}
    >
      {children}
    </span>
  );
}
