import { Refusal, routerRefusal } from './refusal.ts';

export interface RequestPath {
  /** Segments as they stand in the request, without matrix parameters; a slash at the end adds none. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

const maxLength = 8192;
const legalPath = /^[A-Za-z0-9\-._~!$&'()*+,;=:@/%]*$/;

/**
 * Splits the target of a request and refuses what Java Connect's server refuses: nothing that two readers could take
 * for different paths gets through.
 */
export function parseRequestPath(target: string): RequestPath {
  if (target.length > maxLength) throw new Refusal(414, 'URI Too Long');
  const absolute = /^https?:\/\/[^/?#]*/i.exec(target)?.[0] ?? '';
  const [path = '', ...rest] = target.slice(absolute.length).split('?');
  if (target === '*') throw routerRefusal(404);
  if (!path.startsWith('/') || /^\/\.\.(\/|$)/.test(path)) throw new Refusal(400, 'Bad URI path');
  if (!legalPath.test(path)) throw new Refusal(400, 'Illegal Path Character');
  const segments = path.split('/').slice(1);
  if (segments.at(-1) === '') segments.pop();
  return {
    segments: segments.map((segment) => requirePlainSegment(segment).replace(/;.*$/, '')),
    query: new URLSearchParams(rest.join('?')),
  };
}

function requirePlainSegment(segment: string): string {
  if (segment === '') throw new Refusal(400, 'Ambiguous URI empty segment');
  if (/%(?![0-9a-fA-F]{2})/.test(segment)) throw new Refusal(400, 'Bad percent-encoding in the path');
  if (/%(25|2f|5c)/i.test(segment)) throw new Refusal(400, 'Ambiguous URI path encoding');
  if (/^(%2e|\.(?=%)|(?<=%2e)\.){1,2}$/i.test(segment)) throw new Refusal(400, 'Ambiguous URI path segment');
  if (/%([01][0-9a-f]|7f)/i.test(segment)) throw new Refusal(400, 'Illegal control character in the path');
  try {
    decodeURIComponent(segment);
  } catch {
    throw new Refusal(400, 'The path is not valid UTF-8');
  }
  return segment;
}

/** Query flags as Java reads them: only `true`, in any case, is true; absent or empty is the default; the first counts. */
export function booleanQuery(query: URLSearchParams, name: string, fallback: boolean): boolean {
  const value = query.get(name);
  return value === null || value === '' ? fallback : value.toLowerCase() === 'true';
}
