import type { Cluster } from '../cluster/cluster.ts';
import type { Admin } from '../ports/admin.ts';
import { kafkaFailure } from '../protocol/error-codes.ts';
import { describeConfigsApi } from '../protocol/generated/describe-configs.js';
import { incrementalAlterConfigsApi } from '../protocol/generated/incremental-alter-configs.js';
import { sinceKafka } from './feature-absent.ts';
import { retryAdmin } from './retry-admin.ts';

const topicResource = 2;
const ownSource = 1;
const defaultSource = 5;
const set = 0;
const remove = 1;

export function configAdmin(cluster: Cluster): Pick<Admin, 'describeTopicConfig' | 'alterTopicConfig'> {
  return {
    async describeTopicConfig(topic, signal) {
      const what = `describe the configuration of topic ${topic}`;
      const resources = [{ resourceType: topicResource, resourceName: topic, configurationKeys: null }];
      return await retryAdmin(cluster, what, signal, async () => {
        const response = await cluster.request('any', describeConfigsApi, { resources }, { signal });
        const [result] = response.results;
        if (result === undefined) return [];
        if (result.errorCode !== 0) throw kafkaFailure(result.errorCode, what, result.errorMessage);
        return result.configs.map(({ name, value, configSource, isSensitive }) => ({
          name,
          value,
          isDefault: configSource === defaultSource,
          isOwn: configSource === ownSource,
          sensitive: isSensitive,
        }));
      });
    },

    async alterTopicConfig(topic, values, removed = [], signal) {
      const what = `alter the configuration of topic ${topic}`;
      const configs = [
        ...Object.entries(values).map(([name, value]) => ({ name, configOperation: set, value })),
        ...removed.map((name) => ({ name, configOperation: remove, value: null })),
      ];
      if (configs.length === 0) return;
      const resources = [{ resourceType: topicResource, resourceName: topic, configs }];
      await retryAdmin(cluster, what, signal, async () => {
        const request = { resources, validateOnly: false };
        const response = await sinceKafka('2.3', what, () =>
          cluster.request('controller', incrementalAlterConfigsApi, request, { signal }),
        );
        for (const { errorCode, errorMessage } of response.responses) {
          if (errorCode !== 0) throw kafkaFailure(errorCode, what, errorMessage);
        }
      });
    },
  };
}
