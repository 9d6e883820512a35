import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  /** It is all there is on the page, so its title is the page's. */
  readonly isPage?: boolean;
}

export function EmptyState({ icon: Icon, title, children, actions, isPage = false }: EmptyStateProps) {
  const Heading = isPage ? 'h1' : 'h2';
  return (
    <div className="flex flex-col items-center rounded-md border border-dashed bg-surface px-6 py-12 text-center">
      <Icon aria-hidden className="mb-3 size-7 text-muted" strokeWidth={1.5} />
      <Heading className="font-semibold text-lg">{title}</Heading>
      {children !== undefined && <div className="mt-1 max-w-prose break-words text-muted">{children}</div>}
      {actions !== undefined && <div className="mt-5 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}
