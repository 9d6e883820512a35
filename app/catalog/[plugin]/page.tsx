import type { Metadata } from 'next';
import { PluginPage } from '../../../components/catalog/plugin-page.tsx';
import { decodeSegment, type PluginChoice } from '../../../components/paths.ts';
import { pluginQuery } from '../../../components/queries/plugins.ts';
import { loadPlugin } from '../../../server/console/plugins/load-plugins.ts';
import { Prefetched } from '../../_prefetched.tsx';

export const metadata: Metadata = { title: 'Catalog' };

interface Props {
  readonly params: Promise<{ plugin: string }>;
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function Page({ params, searchParams }: Props) {
  const className = decodeSegment((await params).plugin);
  const { type, version } = await searchParams;
  const choice: PluginChoice = { type: single(type), version: single(version) };
  return (
    <Prefetched
      queries={[{ query: pluginQuery(className, choice), load: () => loadPlugin(className, choice) }]}
    >
      <PluginPage className={className} choice={choice} />
    </Prefetched>
  );
}

function single(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
