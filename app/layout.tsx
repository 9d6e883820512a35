import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import './globals.css';
import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { LiveProvider } from '../components/live/live-provider.tsx';
import { QueryProvider } from '../components/queries/query-provider.tsx';
import { AppShell } from '../components/shell/app-shell.tsx';
import type { Theme } from '../components/shell/theme-switch.tsx';
import { ToastProvider } from '../components/ui/toasts.tsx';
import { livePosition } from '../server/console/events/live-position.ts';

export const metadata: Metadata = {
  title: { default: 'Millrace', template: '%s · Millrace' },
  description: 'Kafka Connect with its console built in',
  robots: { index: false, follow: false },
};

export const viewport: Viewport = { width: 'device-width', initialScale: 1 };

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  const theme = parseTheme((await cookies()).get('theme')?.value);
  return (
    <html lang="en" data-theme={theme === 'system' ? undefined : theme} suppressHydrationWarning>
      <body>
        <QueryProvider>
          <LiveProvider after={livePosition()}>
            <ToastProvider>
              <AppShell theme={theme}>{children}</AppShell>
            </ToastProvider>
          </LiveProvider>
        </QueryProvider>
      </body>
    </html>
  );
}

function parseTheme(value: string | undefined): Theme {
  return value === 'light' || value === 'dark' ? value : 'system';
}
