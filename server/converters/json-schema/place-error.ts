import { ConnectError, isConnectError } from '../../errors/connect-error.ts';

/**
 * The same error with the field (a name) or element (a number) around it put before the place it names already, so
 * that what fails deep inside is told as `order.lines[3].price: …`. Anything but a `ConnectError` stays as it is.
 */
export function atPlace(error: unknown, around: string | number): unknown {
  if (!isConnectError(error)) return error;
  const { place: inner, problem = error.message } = error.details;
  const outer = typeof around === 'number' ? `[${around}]` : around;
  const place = typeof inner === 'string' ? `${outer}${inner.startsWith('[') ? '' : '.'}${inner}` : outer;
  return new ConnectError(error.code, `${place}: ${problem}`, {
    cause: error.cause,
    retriable: error.retriable,
    details: { ...error.details, place, problem },
  });
}
