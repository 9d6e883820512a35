/**
 * Whether a state-changing request comes from the console's own pages or from a program that is no browser. Browsers
 * send `Origin` with every such request, and `Sec-Fetch-Site` besides; programs send neither.
 */
export function isSameOrigin(headers: Headers): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none') return false;
  const origin = headers.get('origin');
  if (origin === null) return true;
  const host = headers.get('host');
  if (host === null) return false;
  return origin === `http://${host}` || origin === `https://${host}`;
}
