import { CircleAlert, Info, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { classes } from './classes.ts';

type Kind = 'info' | 'warning' | 'error';

const looks: Readonly<Record<Kind, { icon: LucideIcon; box: string; ink: string }>> = {
  info: { icon: Info, box: 'border-line bg-raised', ink: 'text-muted' },
  warning: { icon: TriangleAlert, box: 'border-degraded/40 bg-degraded-wash', ink: 'text-degraded' },
  error: { icon: CircleAlert, box: 'border-failed/40 bg-failed-wash', ink: 'text-failed' },
};

interface NoticeProps {
  readonly kind: Kind;
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly className?: string;
  /** Read out when it appears: for outcomes of what the reader has just done. */
  readonly announced?: boolean;
}

export function Notice({ kind, title, children, className, announced = false }: NoticeProps) {
  const { icon: Icon, box, ink } = looks[kind];
  return (
    <div
      role={announced ? 'alert' : undefined}
      className={classes('flex gap-3 rounded-md border px-4 py-3', box, className)}
    >
      <Icon aria-hidden className={classes('mt-0.5 size-4 shrink-0', ink)} />
      <div className="min-w-0 flex-1">
        <div className="font-medium">{title}</div>
        {children !== undefined && <div className="mt-1 break-words text-sm">{children}</div>}
      </div>
    </div>
  );
}
