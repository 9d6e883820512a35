import type { ProtocolReader } from './reader.ts';
import type { ProtocolWriter } from './writer.ts';

/**
 * Encoder and decoder of one message. `encode` fills fields that are left out with their defaults and throws when a
 * field carries something that `version` has no place for. `decode` fills fields that `version` lacks with defaults;
 * its bytes are views on the reader's buffer.
 */
export interface MessageCodec<Message, Input = Message> {
  readonly name: string;
  readonly minVersion: number;
  readonly maxVersion: number;
  encode(writer: ProtocolWriter, message: Input, version: number): void;
  decode(reader: ProtocolReader, version: number): Message;
}

/** One Kafka API: the pair of a request and a response, as the generated modules export it. */
export interface Api<Request, RequestInput, Response, ResponseInput> {
  readonly name: string;
  readonly key: number;
  readonly minVersion: number;
  readonly maxVersion: number;
  /** False for a newest version that Apache Kafka does not offer by default. */
  readonly latestVersionStable: boolean;
  /** First version with compact lengths and tagged fields; Infinity when there is none. */
  readonly flexibleVersion: number;
  readonly request: MessageCodec<Request, RequestInput>;
  readonly response: MessageCodec<Response, ResponseInput>;
}

/** What a client needs of an API: which request it takes and which response it gives. */
export type ClientApi<RequestInput, Response> = Api<unknown, RequestInput, Response, never>;

/** What a broker needs of an API. */
export type BrokerApi<Request, ResponseInput> = Api<Request, never, unknown, ResponseInput>;

const apiVersionsKey = 18;

export function isFlexible(
  api: Pick<Api<unknown, never, unknown, never>, 'flexibleVersion'>,
  version: number,
): boolean {
  return version >= api.flexibleVersion;
}

/** ApiVersions answers always have the old header, so that a client can read them before it knows anything. */
export function isResponseHeaderFlexible(
  api: Pick<Api<unknown, never, unknown, never>, 'key' | 'flexibleVersion'>,
  version: number,
): boolean {
  return api.key !== apiVersionsKey && isFlexible(api, version);
}
