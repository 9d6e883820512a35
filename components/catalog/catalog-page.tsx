'use client';

import { paths } from '../paths.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { PluginBrowser } from './plugin-browser.tsx';

export function CatalogPage() {
  return (
    <>
      <PageHeader title="Catalog" below="Plugins that this worker can run, with all their settings." />
      <PluginBrowser
        showsAll
        hrefOf={({ className, type }) =>
          paths.plugin(className, type === 'source' || type === 'sink' ? {} : { type })
        }
      />
    </>
  );
}
