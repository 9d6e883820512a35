const counts = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

export function formatCount(value: number): string {
  return value < 100_000 ? counts.format(value) : compact.format(value);
}

/** Records per second: small figures keep one decimal, large ones are shortened. */
export function formatRate(perSecond: number): string {
  if (perSecond < 10 && !Number.isInteger(perSecond)) return perSecond.toFixed(1);
  return perSecond < 10_000 ? counts.format(perSecond) : compact.format(perSecond);
}

export function formatBytes(bytes: number): string {
  return `${counts.format(bytes / (1024 * 1024))} MiB`;
}

/** `2 s`, `4 min`, `3 h`, `12 d`: one unit is enough to see how long something lasts. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h`;
  return `${Math.floor(hours / 24)} d`;
}

export function formatTimestamp(at: number): string {
  return new Date(at).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'medium', hour12: false });
}

export function formatClock(at: number): string {
  return new Date(at).toLocaleTimeString('en', { hour12: false });
}
