/** What a client reads in a token before it sends it. The broker alone verifies it. */
export interface JwtTimes {
  readonly issuedAtMs: number | null;
  readonly expiresAtMs: number;
}

export interface JwtClaimNames {
  readonly subject: string;
  readonly scope: string;
}

/** The token is none that a broker could accept. The message never holds the token. */
export class BadToken extends Error {}

const maxTokenBytes = 256 * 1024;

/** As Java's client checks tokens: three parts, an expiry, a subject. Throws `BadToken`. */
export function readJwt(token: string, names: JwtClaimNames): JwtTimes {
  if (token.length > maxTokenBytes) throw new BadToken(`the token has ${token.length} characters`);
  const parts = token.split('.');
  if (parts.length !== 3 || !/^[A-Za-z0-9_.-]+$/.test(token)) {
    throw new BadToken('the token is no JWT, of three parts in base64url with dots between them');
  }
  const claims = parsePart(parts[1] ?? '');
  const subject = claims[names.subject];
  if (typeof subject !== 'string' || subject.trim() === '') {
    throw new BadToken(`the token has no claim ${names.subject}; see sasl.oauthbearer.sub.claim.name`);
  }
  const scope = claims[names.scope];
  if (scope !== undefined && typeof scope !== 'string' && !Array.isArray(scope)) {
    throw new BadToken(`the claim ${names.scope} of the token is neither text nor a list`);
  }
  const { exp, iat } = claims;
  if (typeof exp !== 'number' || exp < 0) throw new BadToken('the token has no claim exp, its end of life');
  return { expiresAtMs: exp * 1000, issuedAtMs: typeof iat === 'number' ? iat * 1000 : null };
}

function parsePart(part: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  } catch {
    // Told below, without the text that could not be parsed.
  }
  throw new BadToken('the claims of the token cannot be read');
}
