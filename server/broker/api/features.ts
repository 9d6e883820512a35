import { kafkaErrors } from '../../kafka/protocol/error-codes.ts';
import { updateFeaturesApi } from '../../kafka/protocol/generated/update-features.js';
import { type ServedApi, serve } from './served-api.ts';

/** With this level clients add partitions by writing to them and get a new epoch with each transaction. */
const transactionVersion = 2;

/** With this level groups may have the coordinator assign. */
const groupVersion = 1;

const features = { 'group.version': groupVersion, 'transaction.version': transactionVersion } as const;

/** What ApiVersions tells of features. */
export const supportedFeatures = Object.entries(features).map(([name, maxVersion]) => ({
  name,
  minVersion: 0,
  maxVersion,
}));

export const finalizedFeatures = Object.entries(features).map(([name, level]) => ({
  name,
  minVersionLevel: level,
  maxVersionLevel: level,
}));

/** Features stay at their levels: an update to another one is refused. */
export function featureApis(): readonly ServedApi[] {
  return [
    serve(updateFeaturesApi, {}, ({ featureUpdates }, { apiVersion }) => {
      const results = featureUpdates.map(({ feature, maxVersionLevel }) => {
        const level = (features as Readonly<Record<string, number>>)[feature];
        const isSame = level !== undefined && level === maxVersionLevel;
        const problem =
          level === undefined
            ? `Invalid update version ${maxVersionLevel} for feature ${feature}. The broker does not support this feature.`
            : `The embedded broker keeps ${feature} at level ${level}.`;
        return {
          feature,
          errorCode: isSame ? 0 : kafkaErrors.INVALID_UPDATE_VERSION,
          errorMessage: isSame ? null : problem,
        };
      });
      const first = results.find(({ errorCode }) => errorCode !== 0);
      // Newer versions know only one outcome for all.
      return apiVersion >= 2
        ? { errorCode: first?.errorCode ?? 0, errorMessage: first?.errorMessage ?? null, results: [] }
        : { errorCode: 0, errorMessage: null, results };
    }),
  ];
}
