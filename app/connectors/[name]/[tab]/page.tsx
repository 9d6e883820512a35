import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { decodeSegment, isConnectorTab } from '../../../../components/paths.ts';
import { ConnectorRoute } from '../../_connector-route.tsx';

interface PageProps {
  readonly params: Promise<{ name: string; tab: string }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  return { title: decodeSegment((await params).name) };
}

export default async function Page({ params }: PageProps) {
  const { name, tab } = await params;
  if (!isConnectorTab(tab)) notFound();
  return <ConnectorRoute name={decodeSegment(name)} tab={tab} />;
}
