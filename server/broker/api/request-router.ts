import { ConnectError } from '../../errors/connect-error.ts';
import { kafkaErrors } from '../../kafka/protocol/error-codes.ts';
import { readRequestHeader, writeResponse } from '../../kafka/protocol/frame.ts';
import { apiVersionsApi } from '../../kafka/protocol/generated/api-versions.js';
import { ProtocolReader } from '../../kafka/protocol/reader.ts';
import type { Broker } from '../broker.ts';
import type { FrameHandler } from '../network/broker-connection.ts';
import { apiVersionsAnswer, apiVersionsApis } from './api-versions.ts';
import { clusterAdminApis } from './cluster-admin.ts';
import { configApis } from './configs.ts';
import { fetchApis } from './fetch.ts';
import { groupAdminApis } from './group-admin.ts';
import { groupOffsetApis } from './group-offsets.ts';
import { groupApis } from './groups.ts';
import { metadataApis } from './metadata.ts';
import { logOffsetApis } from './offsets-of-logs.ts';
import { produceApis } from './produce.ts';
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
    ...groupOffsetApis(broker),
    ...groupAdminApis(broker),
    ...transactionApis(broker),
    ...clusterAdminApis(broker),
  ];
}

/** Reads the header of each frame and hands it to the API's handler. */
export function createFrameHandler(broker: Broker): FrameHandler {
  const served = servedApis(broker);
  const byKey = new Map([...served, ...apiVersionsApis(served)].map((api) => [api.key, api]));
  return (frame, { clientHost, signal }, writer, allocate) => {
    const reader = new ProtocolReader(frame);
    const header = readRequestHeader(reader);
    const { apiKey, apiVersion, correlationId } = header;
    const api = byKey.get(apiKey);
    const isServed = api !== undefined && apiVersion >= api.minVersion && apiVersion <= api.maxVersion;
    if (!isServed && apiKey === apiVersionsApi.key) {
      // The client knows newer versions: version 0 of the answer tells it what there is.
      writeResponse(
        writer,
        apiVersionsApi,
        0,
        correlationId,
        apiVersionsAnswer(served, kafkaErrors.UNSUPPORTED_VERSION),
      );
      return true;
    }
    if (!isServed) {
      throw new ConnectError('data', `API ${apiKey} in version ${apiVersion} is not served`);
    }
    const context = { apiVersion, clientId: header.clientId ?? '', clientHost, signal, allocate };
    return api.answer(reader, header, context, writer);
  };
}
