import type { IncomingHttpHeaders } from 'node:http';
import { ConnectError } from '../errors/connect-error.ts';
import { Refusal } from './refusal.ts';

export interface CorsRules {
  isAllowedOrigin(origin: string): boolean;
  readonly methods: readonly string[];
}

/** `access.control.allow.origin` is a list of patterns, `*` alone means any; null: no other origin may call. */
export function parseCorsRules(origins: string, methods: string): CorsRules | null {
  const patterns = splitList(origins).map(toPattern);
  if (patterns.length === 0) return null;
  const allowed = splitList(methods).map((method) => method.toUpperCase());
  return {
    isAllowedOrigin: (origin) => origin.length <= 1024 && patterns.some((pattern) => pattern.test(origin)),
    methods: allowed.length === 0 ? ['GET', 'POST', 'HEAD'] : allowed,
  };
}

/** Headers that let a browser page of an allowed origin read the answer. */
export function corsHeaders(
  rules: CorsRules | null,
  method: string,
  headers: IncomingHttpHeaders,
): Readonly<Record<string, string>> {
  if (rules === null) return {};
  const { origin } = headers;
  if (origin === undefined || !rules.isAllowedOrigin(origin)) return { vary: 'Origin' };
  const isPreflight = method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
  return {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    ...(isPreflight
      ? {
          'access-control-allow-methods': rules.methods.join(','),
          'access-control-allow-headers': 'Content-Type',
          'access-control-max-age': '60',
        }
      : {}),
  };
}

/**
 * A page of another origin cannot read answers, but without this it could send what needs no preflight, such as a
 * restart. Only browsers send `Sec-Fetch-Site`.
 */
export function refuseForeignPages(
  rules: CorsRules | null,
  method: string,
  headers: IncomingHttpHeaders,
): void {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return;
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return;
  if (headers.origin !== undefined && rules?.isAllowedOrigin(headers.origin) === true) return;
  throw new Refusal(403, 'Pages of this origin may not change anything, see access.control.allow.origin');
}

function toPattern(text: string): RegExp {
  if (text === '*') return /^/;
  try {
    return new RegExp(`^(?:${text})$`);
  } catch (cause) {
    throw new ConnectError(
      'config',
      `Invalid value ${text} for configuration access.control.allow.origin: not a regular expression`,
      { cause },
    );
  }
}

function splitList(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
