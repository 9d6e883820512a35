import { readFileSync, writeFileSync } from 'node:fs';

/** Clock ticks a second of /proc (USER_HZ is 100 on every Linux that Node runs on). */
const ticksPerSecond = 100;

/** CPU time of a process with all its threads, in seconds. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

export function residentBytes(pid: number): number {
  return memoryLine(pid, 'VmRSS');
}

/** Highest resident memory since the start or the last reset. */
export function peakResidentBytes(pid: number): number {
  return memoryLine(pid, 'VmHWM');
}

export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

function memoryLine(pid: number, name: string): number {
  const line = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (line?.[1] === undefined) throw new Error(`/proc/${pid}/status has no ${name}`);
  return Number(line[1]) * 1024;
}
