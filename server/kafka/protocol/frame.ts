import { ConnectError } from '../../errors/connect-error.ts';
import type { BrokerApi, ClientApi } from './api.ts';
import { isFlexible, isResponseHeaderFlexible } from './api.ts';
import type { ProtocolReader } from './reader.ts';
import type { ProtocolWriter } from './writer.ts';

/** The part of a request header that is the same in all versions. */
export interface RequestHeader {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly correlationId: number;
  readonly clientId: string | null;
}

/** Client side: appends a whole request, its size first. */
export function writeRequest<Input>(
  writer: ProtocolWriter,
  api: ClientApi<Input, unknown>,
  version: number,
  correlationId: number,
  clientId: string | null,
  body: Input,
): void {
  requireVersion(api, version);
  const start = writer.length;
  const size = writer.reserveInt32();
  writer.int16(api.key);
  writer.int16(version);
  writer.int32(correlationId);
  writer.nullableString(clientId, false, 'client.id');
  if (isFlexible(api, version)) writer.uvarint(0);
  api.request.encode(writer, body, version);
  writer.setInt32(size, writer.length - start - 4);
}

/** Client side: reads what follows a response's size and correlation id. */
export function readResponse<Response>(
  reader: ProtocolReader,
  api: ClientApi<never, Response>,
  version: number,
): Response {
  if (isResponseHeaderFlexible(api, version)) reader.skipTags();
  return api.response.decode(reader, version);
}

/** Broker side: reads what follows a request's size, up to the tagged fields of its header. */
export function readRequestHeader(reader: ProtocolReader): RequestHeader {
  const apiKey = reader.int16();
  const apiVersion = reader.int16();
  const correlationId = reader.int32();
  const clientId = reader.nullableString(false);
  return { apiKey, apiVersion, correlationId, clientId };
}

/** Broker side: reads the rest of a request after `readRequestHeader`. */
export function readRequest<Request>(
  reader: ProtocolReader,
  api: BrokerApi<Request, never>,
  version: number,
): Request {
  requireVersion(api, version);
  if (isFlexible(api, version)) reader.skipTags();
  return api.request.decode(reader, version);
}

/** Broker side: appends a whole response, its size first. */
export function writeResponse<Input>(
  writer: ProtocolWriter,
  api: BrokerApi<unknown, Input>,
  version: number,
  correlationId: number,
  body: Input,
): void {
  const start = writer.length;
  const size = writer.reserveInt32();
  writer.int32(correlationId);
  if (isResponseHeaderFlexible(api, version)) writer.uvarint(0);
  api.response.encode(writer, body, version);
  writer.setInt32(size, writer.length - start - 4);
}

function requireVersion(
  api: { name: string; minVersion: number; maxVersion: number },
  version: number,
): void {
  if (version >= api.minVersion && version <= api.maxVersion) return;
  const known = `${api.minVersion} to ${api.maxVersion}`;
  throw new ConnectError('illegal-state', `${api.name} version ${version} is not known (known: ${known})`, {
    details: { stage: 'protocol' },
  });
}
