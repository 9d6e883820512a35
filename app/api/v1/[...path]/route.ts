import { handleConsoleRequest } from '../../../../server/console/http/handle-console-request.ts';

export const dynamic = 'force-dynamic';

export const GET = handleConsoleRequest;
export const POST = handleConsoleRequest;
export const PUT = handleConsoleRequest;
export const DELETE = handleConsoleRequest;
export const PATCH = handleConsoleRequest;
