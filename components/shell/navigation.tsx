'use client';

import { Cable, House, LibraryBig, type LucideIcon, Rows3, Server } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { paths } from '../paths.ts';
import { classes } from '../ui/classes.ts';
import { Mark } from './mark.tsx';

interface Place {
  readonly href: string;
  readonly label: string;
  readonly icon: LucideIcon;
}

const places: readonly Place[] = [
  { href: paths.overview, label: 'Overview', icon: House },
  { href: paths.connectors(), label: 'Connectors', icon: Cable },
  { href: paths.catalog, label: 'Catalog', icon: LibraryBig },
  { href: paths.topics, label: 'Topics', icon: Rows3 },
  { href: paths.workers, label: 'Workers', icon: Server },
];

/** Left rail; icons alone on narrow screens, a bar at the bottom on phones. One list, so one landmark. */
export function Navigation() {
  const pathname = usePathname();
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-30 border-t bg-surface sm:inset-x-auto sm:inset-y-0 sm:left-0 sm:w-14 sm:border-t-0 sm:border-r xl:w-52"
    >
      <Link
        href={paths.overview}
        aria-label="Millrace, overview"
        className="hidden h-14 items-center gap-2.5 px-4 font-semibold text-lg tracking-tight sm:flex sm:justify-center xl:justify-start"
      >
        <Mark className="size-6 shrink-0" />
        <span className="hidden xl:inline">Millrace</span>
      </Link>
      <ul className="flex justify-around gap-0.5 p-1 sm:flex-col sm:p-2">
        {places.map(({ href, label, icon: Icon }) => {
          const isCurrent = href === '/' ? pathname === '/' : pathname.startsWith(href);
          return (
            <li key={href} className="min-w-0 flex-1 sm:flex-none">
              <Link
                href={href}
                aria-current={isCurrent ? 'page' : undefined}
                title={label}
                className={classes(
                  'flex flex-col items-center gap-0.5 rounded-md px-2 py-1.5 text-xs transition-colors sm:h-9 sm:flex-row sm:justify-center sm:gap-3 sm:px-2.5 sm:text-base xl:justify-start',
                  isCurrent ? 'bg-raised font-medium text-ink' : 'text-muted hover:bg-raised hover:text-ink',
                )}
              >
                <Icon aria-hidden className="size-4.5 shrink-0" strokeWidth={1.8} />
                <span className="sm:sr-only xl:not-sr-only">{label}</span>
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
