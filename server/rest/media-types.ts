import { Refusal, routerRefusal } from './refusal.ts';

const mediaType = /^\s*([\w!#$%&'*+.^`|~-]+)\/([\w!#$%&'*+.^`|~-]+)\s*(;.*)?$/;

/** Whether a request's body is JSON, as its Content-Type says. Asked for every request, as Java Connect does. */
export function requireJsonContent(contentType: string | undefined, hasBody: boolean): void {
  if (contentType === undefined) {
    if (hasBody) throw routerRefusal(415);
    return;
  }
  const match = mediaType.exec(contentType);
  if (match === null) throw new Refusal(400, 'Bad Request: the Content-Type header cannot be read');
  const type = `${match[1]}/${match[2]}`.toLowerCase();
  if (type !== 'application/json' && type !== 'application/*' && type !== '*/*') throw routerRefusal(415);
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(match[3] ?? '')?.[1]?.toLowerCase();
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8' && charset !== 'us-ascii') {
    throw new Refusal(415, `HTTP 415 Unsupported Media Type: charset ${charset}, only UTF-8 is read`);
  }
}

/** Only the type counts, not its weight: `application/json;q=0` is served, as Java Connect does. */
export function requireJsonAccepted(accept: string | undefined, also?: 'text/plain'): void {
  if (accept === undefined || accept.trim() === '') return;
  const served = typesOf(accept).some(
    (type) =>
      type === 'application/json' ||
      type === 'application/*' ||
      type === '*/*' ||
      type === '*' ||
      type === also,
  );
  if (!served) throw routerRefusal(406);
}

/** Whether JSON is asked for where text is the usual answer. */
export function prefersJson(accept: string | undefined): boolean {
  const types = typesOf(accept ?? '');
  return types.includes('application/json') && !types.includes('text/plain');
}

function typesOf(accept: string): readonly string[] {
  return accept.split(',').map((part) => part.split(';')[0]?.trim().toLowerCase() ?? '');
}
