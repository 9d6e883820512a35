import { type NextRequest, NextResponse } from 'next/server';
import { isAllowedHost } from './server/console/access/host-check.ts';
import { getConsoleHandle } from './server/console/console-handle.ts';

/** Pages too are only for those who asked for this machine by its own name; the API checks once more by itself. */
export function proxy(request: NextRequest): NextResponse {
  const host = request.headers.get('host');
  if (isAllowedHost(host, getConsoleHandle()?.allowedHosts ?? [])) return NextResponse.next();
  return new NextResponse('The Host header names no address under which this console may be asked.\n', {
    status: 403,
  });
}

export const config = { matcher: ['/((?!_next/static/).*)'] };
