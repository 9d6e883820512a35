import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { syncFolder } from './file-io.ts';
import { baseOffsetOfFileName, segmentFileName } from './segment.ts';
import { deleteSummary } from './segment-summary.ts';

/**
 * Compaction replaces segments in two steps that survive a crash: the finished file gets the name
 * `<base>-<end>.swap` (from then on it counts), and takes the place of all segments from `base` up to `end`.
 */
export function swapFileName(baseOffset: number, endOffset: number): string {
  return `${baseOffset}-${endOffset}.swap`;
}

/** Completes the replacement that a swap file stands for. */
export function applySwap(folder: string, baseOffset: number, endOffset: number): void {
  for (const name of readdirSync(folder)) {
    const base = baseOffsetOfFileName(name);
    if (base === null || base < baseOffset || base >= endOffset) continue;
    deleteSummary(join(folder, name));
    if (base > baseOffset) rmSync(join(folder, name));
  }
  renameSync(join(folder, swapFileName(baseOffset, endOffset)), join(folder, segmentFileName(baseOffset)));
  syncFolder(folder);
}

/** At start: completes what a crash interrupted, removes unfinished files and answers the names of all others. */
export function finishSwaps(folder: string): readonly string[] {
  const names = readdirSync(folder);
  let isChanged = false;
  for (const name of names) {
    const [, base, end] = /^(\d+)-(\d+)\.swap$/.exec(name) ?? [];
    const isSwap = base !== undefined && end !== undefined;
    if (isSwap) applySwap(folder, Number(base), Number(end));
    else if (name.endsWith('.cleaned') || name.endsWith('.new')) rmSync(join(folder, name));
    else continue;
    isChanged = true;
  }
  return isChanged ? readdirSync(folder) : names;
}
