import { ConnectError } from '../../errors/connect-error.ts';
import type { BrokerApi } from '../../kafka/protocol/api.ts';
import { type RequestHeader, readRequest, writeResponse } from '../../kafka/protocol/frame.ts';
import type { ProtocolReader } from '../../kafka/protocol/reader.ts';
import type { ProtocolWriter } from '../../kafka/protocol/writer.ts';
import type { ClientConnection } from '../network/broker-connection.ts';
import type { Authentication } from './authentication.ts';

/** What a handler knows of the request beside its body. */
export interface RequestContext extends Pick<ClientConnection, 'clientHost' | 'signal' | 'answerBytesLeft'> {
  readonly apiVersion: number;
  readonly clientId: string;
  /** Null where nobody has to say who they are. */
  readonly authentication: Authentication | null;
  /** Memory that lives until the response has gone out. */
  readonly allocate: (bytes: number) => Buffer;
}

/**
 * Answers a request; null when none is due (acks=0). Bytes in the request are views on the frame: copy what outlives
 * the call. A thrown error closes the connection.
 */
export type Handler<Request, ResponseInput> = (
  request: Request,
  context: RequestContext,
) => Answer<ResponseInput> | null | Promise<Answer<ResponseInput> | null>;

/** A response without the throttle time, which is always 0 here. */
export type Answer<ResponseInput> = Omit<ResponseInput, 'throttleTimeMs'>;

/** One API as the broker serves it. */
export interface ServedApi {
  readonly key: number;
  readonly name: string;
  readonly minVersion: number;
  readonly maxVersion: number;
  /** Lowest version that ApiVersions tells, if other than the lowest that works. */
  readonly listedMinVersion: number;
  /** Writes the response; false when none is due. */
  answer(
    reader: ProtocolReader,
    header: RequestHeader,
    context: RequestContext,
    writer: ProtocolWriter,
  ): boolean | Promise<boolean>;
}

export interface VersionLimits {
  readonly maxVersion?: number;
  readonly listedMinVersion?: number;
}

/** Binds a handler to an API, within the versions that it means. */
export function serve<Request, ResponseInput>(
  api: BrokerApi<Request, ResponseInput>,
  limits: VersionLimits,
  handler: Handler<Request, ResponseInput>,
): ServedApi {
  const write = (
    writer: ProtocolWriter,
    header: RequestHeader,
    response: Answer<ResponseInput> | null,
  ): boolean => {
    if (response === null) return false;
    writeResponse(writer, api, header.apiVersion, header.correlationId, {
      throttleTimeMs: 0,
      ...response,
    } as ResponseInput);
    return true;
  };
  return {
    key: api.key,
    name: api.name,
    minVersion: api.minVersion,
    maxVersion: limits.maxVersion ?? api.maxVersion,
    listedMinVersion: limits.listedMinVersion ?? api.minVersion,
    answer(reader, header, context, writer) {
      const request = readRequest(reader, api, header.apiVersion);
      if (reader.remaining > 0) {
        throw new ConnectError('data', `${reader.remaining} bytes follow the ${api.name} request`);
      }
      const response = handler(request, context);
      if (response instanceof Promise) return response.then((ready) => write(writer, header, ready));
      return write(writer, header, response);
    },
  };
}
