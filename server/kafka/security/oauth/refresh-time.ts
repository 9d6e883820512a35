/** The settings `sasl.login.refresh.*`. */
export interface RefreshSettings {
  readonly windowFactor: number;
  readonly windowJitter: number;
  readonly minPeriodMs: number;
  readonly bufferMs: number;
}

/**
 * When to fetch a token anew, in milliseconds since the epoch, as Java decides it: after a share of its life, with
 * jitter, but the buffer before its end and no sooner than the shortest period. Where the two do not fit into what is
 * left of its life, neither counts.
 */
export function refreshAtMs(
  settings: RefreshSettings,
  token: { readonly issuedAtMs: number | null; readonly expiresAtMs: number },
  nowMs: number,
  random: () => number = Math.random,
): number {
  const startMs = token.issuedAtMs ?? nowMs;
  const share = settings.windowFactor + settings.windowJitter * random();
  const wanted = startMs + (token.expiresAtMs - startMs) * share;
  const left = token.expiresAtMs - nowMs;
  if (settings.minPeriodMs + settings.bufferMs > left) return Math.max(nowMs, wanted);
  const latest = token.expiresAtMs - settings.bufferMs;
  const earliest = nowMs + settings.minPeriodMs;
  return Math.max(earliest, Math.min(wanted, latest));
}
