/**
 * Whether a request's Host header names this machine's loopback, or a name that was configured. Anything else may be a
 * foreign page that had its own name resolve to 127.0.0.1 (DNS rebinding).
 */
export function isAllowedHost(host: string | null, allowedHosts: readonly string[]): boolean {
  if (host === null) return false;
  const name = hostName(host);
  if (name === null) return false;
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  if (name === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name)) return true;
  return allowedHosts.some((allowed) => allowed.toLowerCase() === name);
}

function hostName(host: string): string | null {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::\d{1,5})?$/i.exec(host.trim());
  return match?.[1]?.toLowerCase() ?? null;
}
