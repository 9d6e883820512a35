'use client';

import { Menu } from '@base-ui/react/menu';
import type { ReactNode } from 'react';
import { classes } from './classes.ts';

export function MenuPopup({ children }: { readonly children: ReactNode }) {
  return (
    <Menu.Portal>
      <Menu.Positioner sideOffset={4} align="end" className="z-40">
        <Menu.Popup className="min-w-48 rounded-md border bg-surface p-1 shadow-lg outline-none">
          {children}
        </Menu.Popup>
      </Menu.Positioner>
    </Menu.Portal>
  );
}

interface MenuItemProps {
  /** Why it cannot be used now. */
  readonly reason: string | null;
  readonly onClick: () => void;
  readonly isDangerous?: boolean;
  readonly children: ReactNode;
}

export function MenuItem({ reason, onClick, isDangerous = false, children }: MenuItemProps) {
  return (
    <Menu.Item
      disabled={reason !== null}
      onClick={onClick}
      className={classes(
        'flex cursor-pointer flex-col rounded px-2.5 py-1.5 text-sm outline-none data-highlighted:bg-raised',
        'data-disabled:cursor-not-allowed',
        isDangerous && 'text-failed',
      )}
    >
      <span className={classes('flex items-center gap-2.5', reason !== null && 'text-muted')}>
        {children}
      </span>
      {reason !== null && <span className="ml-6.5 text-muted text-xs">{reason}</span>}
    </Menu.Item>
  );
}
