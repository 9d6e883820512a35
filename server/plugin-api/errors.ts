/** Errors that the worker understands; the public door to `server/errors`. */
export {
  ConnectError,
  type ErrorCode,
  isConnectError,
  isRetriable,
  messageOf,
} from '../errors/connect-error.ts';
