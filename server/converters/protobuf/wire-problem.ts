import { dataError } from '../converter-error.ts';

/** What is wrong with bytes or with a value; whoever knows the field puts its name in front of the path. */
export class WireProblem extends Error {
  readonly path: string[] = [];
}

/** For the world outside: a `data` error that names message and field. Any other error stays as it is. */
export function withPlace(error: unknown, message: string): unknown {
  if (error instanceof RangeError) return dataError(`Protobuf message ${message}: nested too deep`, error);
  if (!(error instanceof WireProblem)) return error;
  const place = error.path.length > 0 ? `, field ${error.path.join('.')}` : '';
  return dataError(`Protobuf message ${message}${place}: ${error.message}`);
}
