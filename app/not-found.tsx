import { SearchX } from 'lucide-react';
import Link from 'next/link';
import { paths } from '../components/paths.ts';
import { buttonLook } from '../components/ui/button.tsx';
import { EmptyState } from '../components/ui/empty-state.tsx';

export default function NotFound() {
  return (
    <EmptyState
      isPage
      icon={SearchX}
      title="There is no such page"
      actions={
        <Link href={paths.overview} className={buttonLook()}>
          Go to the overview
        </Link>
      }
    />
  );
}
