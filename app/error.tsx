'use client';

import { CircleAlert } from 'lucide-react';
import { Button } from '../components/ui/button.tsx';
import { EmptyState } from '../components/ui/empty-state.tsx';

export default function PageError({ error, reset }: { readonly error: Error; readonly reset: () => void }) {
  return (
    <EmptyState
      icon={CircleAlert}
      title="This page failed"
      actions={<Button onClick={reset}>Try again</Button>}
    >
      {error.message}
    </EmptyState>
  );
}
