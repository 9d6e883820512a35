'use client';

import { Pencil, RotateCw } from 'lucide-react';
import Link from 'next/link';
import type { ConnectorSummary } from '../../server/entities/console-connector.ts';
import { type HealthReason, needsAttention } from '../../server/entities/console-health.ts';
import { paths } from '../paths.ts';
import { Button, buttonLook } from '../ui/button.tsx';
import { useNow } from '../ui/elapsed.tsx';
import { Notice } from '../ui/notice.tsx';
import { actionRules } from './actions.ts';
import { useConnectorAction } from './use-connector-action.ts';

const advice: Readonly<Partial<Record<HealthReason, string>>> = {
  'connector-failed': 'Mend the cause named here, then restart. The config is the usual place to look.',
  'all-tasks-failed':
    'Nothing moves. Mend the cause, then restart what failed; it goes on from the last offsets.',
  'some-tasks-failed': 'The other tasks go on. Mend the cause, then restart what failed.',
  'connector-unassigned': 'A rebalance gives it to a worker; right after it was created that takes a moment.',
  'tasks-unassigned': 'A rebalance gives tasks to a worker; after one has left, that may take some minutes.',
  'no-tasks': 'The connector has found nothing to do so far, or is still working out its tasks.',
};

/** Why a connector is not as it should be, and what to do: above everything else. */
export function Explainer({ connector }: { readonly connector: ConnectorSummary }) {
  const action = useConnectorAction(connector.name);
  const now = useNow();
  const { health, rootCause, name, since } = connector;
  if (!needsAttention(health.state, since, now)) return null;
  const hasFailed = health.state === 'failed' || health.state === 'degraded';
  const restart = actionRules['restart-failed'];
  return (
    <Notice kind={health.state === 'failed' ? 'error' : 'warning'} title={health.message}>
      {rootCause !== null && <p className="mb-1 break-words font-mono text-xs">{rootCause}</p>}
      <p>{advice[health.reason]}</p>
      {hasFailed && (
        <div className="mt-3 flex flex-wrap gap-2">
          <Button
            reason={action.isPending ? 'A request is under way' : restart.reason(connector)}
            onClick={() => action.mutate(restart)}
          >
            <RotateCw aria-hidden className="size-3.5" />
            {restart.label}
          </Button>
          <Link href={paths.editConnector(name)} className={buttonLook()}>
            <Pencil aria-hidden className="size-3.5" />
            Edit config
          </Link>
        </div>
      )}
    </Notice>
  );
}
