import { kafkaErrors } from '../../kafka/protocol/error-codes.ts';
import { apiVersionsApi } from '../../kafka/protocol/generated/api-versions.js';
import { type ServedApi, serve } from './served-api.ts';

type Answer = Parameters<typeof apiVersionsApi.response.encode>[1];

/** With this level clients add partitions by writing to them and get a new epoch with each transaction. */
const transactionVersion = 2;

/** The table of what is served, itself included. */
export function apiVersionsAnswer(served: readonly ServedApi[], errorCode: number): Answer {
  const own = { key: apiVersionsApi.key, listedMinVersion: 0, maxVersion: apiVersionsApi.maxVersion };
  return {
    errorCode,
    apiKeys: [...served, own]
      .map(({ key, listedMinVersion, maxVersion }) => ({
        apiKey: key,
        minVersion: listedMinVersion,
        maxVersion,
      }))
      .sort((a, b) => a.apiKey - b.apiKey),
    supportedFeatures: [{ name: 'transaction.version', minVersion: 0, maxVersion: transactionVersion }],
    finalizedFeaturesEpoch: 1,
    finalizedFeatures: [
      {
        name: 'transaction.version',
        minVersionLevel: transactionVersion,
        maxVersionLevel: transactionVersion,
      },
    ],
  };
}

export function apiVersionsApis(served: readonly ServedApi[]): readonly ServedApi[] {
  return [
    serve(apiVersionsApi, {}, ({ clientSoftwareName, clientSoftwareVersion }, { apiVersion }) => {
      const pattern = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/;
      const isNamed = pattern.test(clientSoftwareName) && pattern.test(clientSoftwareVersion);
      const errorCode = apiVersion >= 3 && !isNamed ? kafkaErrors.INVALID_REQUEST : 0;
      return apiVersionsAnswer(served, errorCode);
    }),
  ];
}
