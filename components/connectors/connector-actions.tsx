'use client';

import { Menu } from '@base-ui/react/menu';
import { ChevronDown, MoreHorizontal, Pause, Pencil, Play, RotateCw, Square, Trash2 } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { ConnectorSummary } from '../../server/entities/console-connector.ts';
import { paths } from '../paths.ts';
import { deleteConnector } from '../queries/connectors.ts';
import { Button, buttonLook } from '../ui/button.tsx';
import { ConfirmAction } from '../ui/confirm-action.tsx';
import { MenuItem, MenuPopup } from '../ui/menu.tsx';
import { useToasts } from '../ui/toasts.tsx';
import { type ActionName, actionRules, pauseOrResume } from './actions.ts';
import { useConnectorAction } from './use-connector-action.ts';

export function ConnectorActions({ connector }: { readonly connector: ConnectorSummary }) {
  const { name } = connector;
  const router = useRouter();
  const toasts = useToasts();
  const action = useConnectorAction(name);
  const [isDeleting, setIsDeleting] = useState(false);
  const toggle = pauseOrResume(connector);

  function reasonOf(which: ActionName): string | null {
    return action.isPending ? 'A request is under way' : actionRules[which].reason(connector);
  }
  function run(which: ActionName): void {
    action.mutate(actionRules[which]);
  }

  return (
    <>
      <Button reason={reasonOf(toggle)} onClick={() => run(toggle)}>
        {toggle === 'pause' ? (
          <Pause aria-hidden className="size-3.5" />
        ) : (
          <Play aria-hidden className="size-3.5" />
        )}
        {actionRules[toggle].label}
      </Button>
      <Menu.Root>
        <Menu.Trigger render={<Button />}>
          <RotateCw aria-hidden className="size-3.5" />
          Restart
          <ChevronDown aria-hidden className="size-3.5" />
        </Menu.Trigger>
        <MenuPopup>
          {(['restart-failed', 'restart'] as const).map((which) => (
            <MenuItem key={which} reason={reasonOf(which)} onClick={() => run(which)}>
              <RotateCw aria-hidden className="size-4" />
              {actionRules[which].label}
            </MenuItem>
          ))}
        </MenuPopup>
      </Menu.Root>
      <Link href={paths.editConnector(name)} className={buttonLook()}>
        <Pencil aria-hidden className="size-3.5" />
        Edit
      </Link>
      <Menu.Root>
        <Menu.Trigger render={<Button size="icon" aria-label="More actions" />}>
          <MoreHorizontal aria-hidden className="size-4" />
        </Menu.Trigger>
        <MenuPopup>
          <MenuItem reason={reasonOf('stop')} onClick={() => run('stop')}>
            <Square aria-hidden className="size-4" />
            {actionRules.stop.label}
          </MenuItem>
          <MenuItem reason={null} onClick={() => setIsDeleting(true)} isDangerous>
            <Trash2 aria-hidden className="size-4" />
            Delete…
          </MenuItem>
        </MenuPopup>
      </Menu.Root>
      <ConfirmAction
        open={isDeleting}
        onOpenChange={setIsDeleting}
        title="Delete this connector?"
        actionLabel="Delete connector"
        typedName={name}
        onConfirm={async () => {
          await deleteConnector(name);
          toasts.add({ title: 'Connector deleted', description: name });
          router.push(paths.connectors());
        }}
      >
        Its tasks stop and its config goes. Topics and the data in them stay
        {connector.type === 'source'
          ? '; so do its offsets: a connector of the same name would go on from there.'
          : '; so does its consumer group: a connector of the same name would go on from there.'}
      </ConfirmAction>
    </>
  );
}
