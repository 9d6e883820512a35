import { sinceKafka } from '../admin/feature-absent.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { AclBinding, AclFilter } from '../ports/cluster-inspection.ts';
import { kafkaFailure } from '../protocol/error-codes.ts';
import type { DescribeAclsResponse } from '../protocol/generated/describe-acls.js';
import { describeAclsApi } from '../protocol/generated/describe-acls.js';
import {
  anyCode,
  operationCode,
  operationOf,
  patternTypeOf,
  permissionOf,
  resourceTypeCode,
  resourceTypeOf,
} from './acl-codes.ts';

const what = 'describe access rules';

/** Kafka's answer to brokers without an authorizer is SECURITY_DISABLED, which is an error of its own name here too. */
export async function describeAcls(
  cluster: Cluster,
  filter: AclFilter,
  signal?: AbortSignal,
): Promise<readonly AclBinding[]> {
  const request = {
    resourceTypeFilter: resourceTypeCode(filter.resourceType),
    resourceNameFilter: filter.resourceName ?? null,
    principalFilter: filter.principal ?? null,
    hostFilter: null,
    operation: operationCode(filter.operation),
    permissionType: anyCode,
  };
  return await cluster.retry(
    what,
    () =>
      sinceKafka('1.0', what, async () => {
        const response = await cluster.request(
          'any',
          describeAclsApi,
          (version) => (version >= 1 ? { ...request, patternTypeFilter: anyCode } : request),
          { signal },
        );
        if (response.errorCode !== 0) throw kafkaFailure(response.errorCode, what, response.errorMessage);
        return bindingsOf(response);
      }),
    { signal },
  );
}

function bindingsOf({ resources }: DescribeAclsResponse): readonly AclBinding[] {
  return resources.flatMap(({ resourceType, resourceName, patternType, acls }) =>
    acls.flatMap(({ principal, host, operation, permissionType }) => {
      const names = {
        resourceType: resourceTypeOf(resourceType),
        patternType: patternTypeOf(patternType),
        operation: operationOf(operation),
        permission: permissionOf(permissionType),
      };
      return isKnown(names) ? [{ ...names, resourceName, principal, host }] : [];
    }),
  );
}

/** A rule in words that only later brokers know cannot be told in ours, and is left out. */
function isKnown<Names extends object>(
  names: Names,
): names is { [Key in keyof Names]: NonNullable<Names[Key]> } {
  return Object.values(names).every((name) => name !== undefined);
}
