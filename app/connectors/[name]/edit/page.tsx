import type { Metadata } from 'next';
import { decodeSegment } from '../../../../components/paths.ts';
import { EditRoute } from '../../_edit-route.tsx';

interface PageProps {
  readonly params: Promise<{ name: string }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  return { title: `Edit ${decodeSegment((await params).name)}` };
}

export default async function Page({ params }: PageProps) {
  return <EditRoute name={decodeSegment((await params).name)} />;
}
