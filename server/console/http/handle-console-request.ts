import { isAllowedHost } from '../access/host-check.ts';
import { anonymousLoopbackUser, mayUse } from '../access/permissions.ts';
import { isSameOrigin } from '../access/same-origin.ts';
import { getConsoleHandle } from '../console-handle.ts';
import { type ConsoleRoute, consoleRoutes } from './console-routes.ts';
import { errorAnswer, refuse } from './error-answer.ts';

const prefix = '/api/v1';

/** The console API: every request passes the same checks here, in this order, before its route sees it. */
export async function handleConsoleRequest(request: Request): Promise<Response> {
  if (!isAllowedHost(request.headers.get('host'), getConsoleHandle()?.allowedHosts ?? [])) {
    return forbidden('The Host header names no address under which this console may be asked.');
  }
  const url = new URL(request.url);
  const path = decodePath(url.pathname);
  if (path === null) {
    return refuse(400, { code: 'bad-request', message: 'The path has a broken escape.', stage: null });
  }
  const matches = consoleRoutes.filter((route) => parametersOf(route, path) !== null);
  const route = matches.find(({ method }) => method === request.method);
  if (matches.length === 0) {
    return refuse(404, { code: 'not-found', message: `There is nothing at ${url.pathname}.`, stage: null });
  }
  if (route === undefined) {
    const response = refuse(405, {
      code: 'bad-request',
      message: `${request.method} is not possible here.`,
      stage: null,
    });
    response.headers.set('Allow', matches.map(({ method }) => method).join(', '));
    return response;
  }
  if (route.method !== 'GET') {
    if (!isSameOrigin(request.headers)) return forbidden('Only the console’s own pages may change things.');
    if (route.method !== 'DELETE' && !isJson(request.headers.get('content-type'))) {
      return refuse(415, { code: 'bad-request', message: 'The body must be application/json.', stage: null });
    }
  }
  const user = anonymousLoopbackUser;
  if (!mayUse(user, route.permission)) {
    return forbidden(`This needs the permission "${route.permission}".`);
  }
  try {
    return await route.handle({ request, url, parameters: parametersOf(route, path) ?? [], user });
  } catch (error) {
    return errorAnswer(error);
  }
}

/** Segments after the prefix, each decoded once: a name may hold an escaped `/`. */
function decodePath(pathname: string): readonly string[] | null {
  if (!pathname.startsWith(`${prefix}/`)) return [];
  try {
    return pathname
      .slice(prefix.length + 1)
      .split('/')
      .map(decodeURIComponent);
  } catch {
    return null;
  }
}

function parametersOf(route: ConsoleRoute, path: readonly string[]): string[] | null {
  const pattern = route.path.slice(1).split('/');
  if (pattern.length !== path.length) return null;
  const parameters: string[] = [];
  for (const [index, segment] of pattern.entries()) {
    const given = path[index] ?? '';
    if (segment === '*') parameters.push(given);
    else if (segment !== given) return null;
  }
  return parameters;
}

function isJson(contentType: string | null): boolean {
  return contentType !== null && /^application\/json\s*(;|$)/i.test(contentType);
}

function forbidden(message: string): Response {
  return refuse(403, { code: 'forbidden', message, stage: null });
}
