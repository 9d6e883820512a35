'use client';

import { useRouter } from 'next/navigation';
import { PluginBrowser } from '../catalog/plugin-browser.tsx';
import { paths } from '../paths.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { PasteConfig } from './paste-config.tsx';
import { keepPastedConfig } from './pasted-config.ts';

/** First step: which connector. */
export function NewConnectorPage() {
  const router = useRouter();
  return (
    <>
      <PageHeader title="New connector" below="Choose what data should come from or go to." />
      <PluginBrowser hrefOf={({ className }) => paths.newConnectorOf(className)} />
      <PasteConfig
        onAccept={(className, document) => {
          keepPastedConfig(document);
          router.push(paths.newConnectorOf(className));
        }}
      />
    </>
  );
}
