import { type ReactNode, Suspense } from 'react';
import { ClusterBanner } from './cluster-banner.tsx';
import { LiveIndicator } from './live-indicator.tsx';
import { Mark } from './mark.tsx';
import { Navigation } from './navigation.tsx';
import { SearchBox } from './search-box.tsx';
import { type Theme, ThemeSwitch } from './theme-switch.tsx';

export function AppShell({ theme, children }: { readonly theme: Theme; readonly children: ReactNode }) {
  return (
    <>
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <Navigation />
      <div className="pb-20 sm:pb-0 sm:pl-14 xl:pl-52">
        <header className="sticky top-0 z-20 flex h-14 items-center gap-2 border-b bg-surface px-3 sm:px-6">
          <Mark className="size-6 shrink-0 sm:hidden" />
          <Suspense fallback={<div className="flex-1" />}>
            <SearchBox />
          </Suspense>
          <div className="ml-auto flex items-center gap-1">
            <LiveIndicator />
            <ThemeSwitch initial={theme} />
          </div>
        </header>
        <main id="content" tabIndex={-1} className="mx-auto max-w-7xl px-3 py-5 outline-none sm:px-6 sm:py-6">
          <ClusterBanner />
          {children}
        </main>
      </div>
    </>
  );
}
