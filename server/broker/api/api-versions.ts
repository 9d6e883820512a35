import { kafkaErrors } from '../../kafka/protocol/error-codes.ts';
import { apiVersionsApi } from '../../kafka/protocol/generated/api-versions.js';
import { finalizedFeatures, supportedFeatures } from './features.ts';
import { type ServedApi, serve } from './served-api.ts';

type Answer = Parameters<typeof apiVersionsApi.response.encode>[1];

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
    supportedFeatures,
    finalizedFeaturesEpoch: 1,
    finalizedFeatures,
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
