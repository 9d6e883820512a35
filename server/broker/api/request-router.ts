import { ConnectError } from '../../errors/connect-error.ts';
import { kafkaErrors } from '../../kafka/protocol/error-codes.ts';
import { type RequestHeader, readRequestHeader, writeResponse } from '../../kafka/protocol/frame.ts';
import { apiVersionsApi } from '../../kafka/protocol/generated/api-versions.js';
import { produceApi } from '../../kafka/protocol/generated/produce.js';
import { ProtocolReader } from '../../kafka/protocol/reader.ts';
import type { ProtocolWriter } from '../../kafka/protocol/writer.ts';
import type { Broker } from '../broker.ts';
import type { ClientConnection, ConnectionOptions, FrameOutcome } from '../network/broker-connection.ts';
import { aclApis } from './acls.ts';
import { apiVersionsAnswer, apiVersionsApis } from './api-versions.ts';
import { Authentication } from './authentication.ts';
import { clientLimitApis } from './client-limits.ts';
import { clusterAdminApis } from './cluster-admin.ts';
import { configApis } from './configs.ts';
import { consumerGroupApis } from './consumer-groups.ts';
import { featureApis } from './features.ts';
import { fetchApis } from './fetch.ts';
import { groupAdminApis } from './group-admin.ts';
import { groupOffsetApis } from './group-offsets.ts';
import { groupApis } from './groups.ts';
import { metadataApis } from './metadata.ts';
import { logOffsetApis } from './offsets-of-logs.ts';
import { produceApis } from './produce.ts';
import { saslApis } from './sasl.ts';
import type { ServedApi } from './served-api.ts';
import { topicApis } from './topics.ts';
import { transactionApis } from './transactions.ts';

/** Every API that the broker serves, save ApiVersions, which tells of the others. */
export function servedApis(broker: Broker): readonly ServedApi[] {
  return [
    ...produceApis(broker),
    ...fetchApis(broker),
    ...logOffsetApis(broker),
    ...metadataApis(broker),
    ...topicApis(broker),
    ...configApis(broker),
    ...groupApis(broker),
    ...consumerGroupApis(broker),
    ...groupOffsetApis(broker),
    ...groupAdminApis(broker),
    ...transactionApis(broker),
    ...clusterAdminApis(broker),
    ...aclApis(),
    ...clientLimitApis(),
    ...featureApis(),
    ...saslApis(),
  ];
}

/** More is taken only from Produce, whose records stay where they are while everything else becomes objects. */
const largestPlainRequest = 8 * 1024 * 1024;

/** For each connection: reads the header of each frame and hands it to the API's handler. */
export function createRequestRouter(broker: Broker): ConnectionOptions['open'] {
  const served = servedApis(broker);
  const byKey = new Map([...served, ...apiVersionsApis(served)].map((api) => [api.key, api]));
  return (connection) => {
    const { clientHost, signal, answerBytesLeft } = connection;
    const authentication = openAuthentication(broker, connection);
    return (frame, writer, allocate) => {
      if (authentication?.expectsRawToken) return answerRawToken(authentication, frame, writer);
      const reader = new ProtocolReader(frame);
      const header = readRequestHeader(reader);
      const { apiKey, apiVersion } = header;
      authentication?.admit(apiKey);
      if (apiKey !== produceApi.key && frame.length > largestPlainRequest) {
        throw new ConnectError('data', `a request of API ${apiKey} has ${frame.length} bytes`);
      }
      const api = byKey.get(apiKey);
      const isServed = api !== undefined && apiVersion >= api.minVersion && apiVersion <= api.maxVersion;
      if (!isServed && apiKey === apiVersionsApi.key) return answerTheFuture(served, header, writer);
      if (!isServed) {
        throw new ConnectError('data', `API ${apiKey} in version ${apiVersion} is not served`);
      }
      const clientId = header.clientId ?? '';
      const context = { apiVersion, clientId, clientHost, signal, answerBytesLeft, authentication, allocate };
      const outcomeOf = (isAnswered: boolean): FrameOutcome => {
        if (!isAnswered) return 'silent';
        return authentication?.isOver ? 'last' : 'answered';
      };
      const answered = api.answer(reader, header, context, writer);
      return answered instanceof Promise ? answered.then(outcomeOf) : outcomeOf(answered);
    };
  };
}

/** The client knows newer versions: version 0 of the answer tells it what there is. */
function answerTheFuture(
  served: readonly ServedApi[],
  { correlationId }: RequestHeader,
  writer: ProtocolWriter,
): FrameOutcome {
  const answer = apiVersionsAnswer(served, kafkaErrors.UNSUPPORTED_VERSION);
  writeResponse(writer, apiVersionsApi, 0, correlationId, answer);
  return 'answered';
}

function openAuthentication(
  { users, configs }: Broker,
  { limitRequests, signal }: ClientConnection,
): Authentication | null {
  if (users === null) return null;
  const rules = {
    users,
    sessionMs: configs.number('connections.max.reauth.ms'),
    failureDelayMs: configs.number('connection.failed.authentication.delay.ms'),
  };
  // A stranger gets no memory for large requests.
  limitRequests(configs.number('sasl.server.max.receive.size'));
  return new Authentication(rules, signal, () => limitRequests(configs.number('socket.request.max.bytes')));
}

/** Version 0 of the handshake has tokens without header; a refused one is told by the end of the connection. */
async function answerRawToken(
  authentication: Authentication,
  token: Buffer,
  writer: ProtocolWriter,
): Promise<FrameOutcome> {
  const proof = await authentication.prove(token);
  if (proof.kind === 'refused') throw new ConnectError('data', proof.message);
  writer.int32(0);
  return 'answered';
}
