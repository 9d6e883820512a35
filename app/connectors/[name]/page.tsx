import { redirect } from 'next/navigation';
import { decodeSegment, paths } from '../../../components/paths.ts';

export default async function Page({ params }: { readonly params: Promise<{ name: string }> }) {
  redirect(paths.connector(decodeSegment((await params).name)));
}
