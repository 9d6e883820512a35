import { routerRefusal } from './refusal.ts';
import type { Route } from './route.ts';

export interface MatchedPath {
  /** One for each method; never empty. */
  readonly routes: readonly Route[];
  readonly params: Readonly<Record<string, string>>;
}

const maxTask = 2 ** 31 - 1;

/** Routes by the shape of their path. Fixed parts match as they stand in the request, not decoded. */
export class Router {
  readonly #routes: readonly { readonly parts: readonly string[]; readonly route: Route }[];

  constructor(routes: readonly Route[]) {
    this.#routes = routes.map((route) => ({
      parts: route.path.split('/').filter((part) => part !== ''),
      route,
    }));
  }

  /** 404 when no resource has this path. */
  match(segments: readonly string[]): MatchedPath {
    const matching = this.#routes.filter(({ parts }) => matches(parts, segments));
    const first = matching[0];
    if (first === undefined) throw routerRefusal(404);
    return { routes: matching.map(({ route }) => route), params: paramsOf(first.parts, segments) };
  }
}

/** The route for the method, HEAD being GET without its body; 405 with what is allowed. */
export function selectRoute(routes: readonly Route[], method: string): Route {
  const wanted = method === 'HEAD' ? 'GET' : method;
  const route = routes.find((candidate) => candidate.method === wanted);
  if (route === undefined) throw routerRefusal(405, { allow: allowedMethods(routes).join(',') });
  return route;
}

export function allowedMethods(routes: readonly Route[]): readonly string[] {
  const methods: string[] = routes.map(({ method }) => method);
  return [...(methods.includes('GET') ? ['HEAD'] : []), ...methods, 'OPTIONS'];
}

function matches(parts: readonly string[], segments: readonly string[]): boolean {
  return (
    parts.length === segments.length && parts.every((part, index) => matchesPart(part, segments[index] ?? ''))
  );
}

function matchesPart(part: string, segment: string): boolean {
  if (!part.startsWith('{')) return part === segment;
  return part !== '{task}' || (/^[+-]?\d+$/.test(segment) && Math.abs(Number(segment)) <= maxTask);
}

function paramsOf(parts: readonly string[], segments: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {};
  parts.forEach((part, index) => {
    if (part.startsWith('{')) params[part.slice(1, -1)] = decodeURIComponent(segments[index] ?? '');
  });
  return params;
}
