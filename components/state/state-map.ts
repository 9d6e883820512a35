import {
  Check,
  CircleHelp,
  Hourglass,
  type LucideIcon,
  Pause,
  RefreshCw,
  Square,
  TriangleAlert,
  X,
} from 'lucide-react';
import type { HealthState } from '../../server/entities/console-health.ts';

export interface StateLook {
  readonly word: string;
  readonly icon: LucideIcon;
  /** Colour of the text and icon. */
  readonly ink: string;
  /** Colour of the pill behind them. */
  readonly pill: string;
  /** Colour of a small block without text. */
  readonly block: string;
}

/** State = icon + word + colour, here and nowhere else. */
export const stateLooks: Readonly<Record<HealthState, StateLook>> = {
  running: {
    word: 'Running',
    icon: Check,
    ink: 'text-running',
    pill: 'bg-running/10 border-transparent',
    block: 'bg-running',
  },
  degraded: {
    word: 'Degraded',
    icon: TriangleAlert,
    ink: 'text-degraded',
    pill: 'bg-degraded/10 border-transparent',
    block: 'bg-degraded',
  },
  failed: {
    word: 'Failed',
    icon: X,
    ink: 'text-failed',
    pill: 'bg-failed/10 border-transparent',
    block: 'bg-failed',
  },
  paused: {
    word: 'Paused',
    icon: Pause,
    ink: 'text-paused',
    pill: 'bg-paused/10 border-transparent',
    block: 'bg-paused',
  },
  stopped: {
    word: 'Stopped',
    icon: Square,
    ink: 'text-stopped',
    pill: 'bg-transparent border-line-strong',
    block: 'border border-stopped',
  },
  restarting: {
    word: 'Restarting',
    icon: RefreshCw,
    ink: 'text-restarting',
    pill: 'bg-restarting/10 border-transparent',
    block: 'bg-restarting',
  },
  unassigned: {
    word: 'Unassigned',
    icon: Hourglass,
    ink: 'text-unassigned',
    pill: 'bg-unassigned/10 border-transparent',
    block: 'border-2 border-unassigned',
  },
  unknown: {
    word: 'Unknown',
    icon: CircleHelp,
    ink: 'text-unknown',
    pill: 'bg-transparent border-dashed border-line-strong',
    block: 'border border-dashed border-unknown',
  },
};
