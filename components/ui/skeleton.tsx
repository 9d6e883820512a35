import { classes } from './classes.ts';

/** Stands for what is loading, in its final size. */
export function Skeleton({ className }: { readonly className: string }) {
  return <div aria-hidden className={classes('motion-safe:animate-pulse rounded-md bg-raised', className)} />;
}

export function PageSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="grid gap-4">
      <Skeleton className="h-9 w-56" />
      <Skeleton className="h-24" />
      <Skeleton className="h-64" />
    </div>
  );
}
