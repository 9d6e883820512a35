'use client';

import { Check, Copy, EyeOff } from 'lucide-react';
import { useState } from 'react';
import type { ConnectorDetail } from '../../server/entities/console-connector.ts';
import { Button } from '../ui/button.tsx';

/** The stored pairs in their own order: what `GET config` answers, but with secrets hidden. */
export function ConfigView({ connector }: { readonly connector: ConnectorDetail }) {
  const [isCopied, setIsCopied] = useState(false);
  const hidden = new Set(connector.hiddenKeys);

  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(JSON.stringify(connector.config, null, 2));
    setIsCopied(true);
    setTimeout(() => setIsCopied(false), 2000);
  }

  return (
    <div>
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <p className="text-muted text-sm">
          {Object.keys(connector.config).length} keys are set; all others have their defaults.
        </p>
        <Button onClick={() => void copy()}>
          {isCopied ? <Check aria-hidden className="size-3.5" /> : <Copy aria-hidden className="size-3.5" />}
          {isCopied ? 'Copied' : 'Copy as JSON'}
        </Button>
      </div>
      <dl className="rounded-md border bg-surface font-mono text-xs">
        {Object.entries(connector.config).map(([key, value]) => (
          <div
            key={key}
            className="grid gap-x-4 border-b px-4 py-2 last:border-b-0 sm:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]"
          >
            <dt className="break-all text-muted">{key}</dt>
            <dd className="whitespace-pre-wrap break-all">
              {hidden.has(key) ? (
                <span className="inline-flex items-center gap-1.5 text-muted">
                  <EyeOff aria-hidden className="size-3.5" />
                  {value}
                </span>
              ) : (
                value
              )}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
