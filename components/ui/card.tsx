import type { ReactNode } from 'react';
import { classes } from './classes.ts';

interface CardProps {
  readonly title?: string;
  /** Right of the title. */
  readonly aside?: ReactNode;
  readonly className?: string;
  readonly bodyClassName?: string;
  readonly children: ReactNode;
}

/** A bordered area; with a title it is a named region. */
export function Card({ title, aside, className, bodyClassName, children }: CardProps) {
  const look = classes('min-w-0 rounded-md border bg-surface', className);
  if (title === undefined) return <div className={look}>{children}</div>;
  return (
    <section className={look} aria-label={title}>
      <header className="flex min-h-11 items-center justify-between gap-3 border-b px-4 py-2">
        <h2 className="font-semibold">{title}</h2>
        {aside}
      </header>
      <div className={classes('p-4', bodyClassName)}>{children}</div>
    </section>
  );
}
