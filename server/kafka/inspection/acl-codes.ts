import type { AclBinding, AclOperation } from '../ports/cluster-inspection.ts';

/** Kafka's numbers for what its authorizer speaks of; 0 is unknown, 1 is "any" in filters. */
export const anyCode = 1;

const operations: readonly (AclOperation | null)[] = [
  null,
  null,
  'ALL',
  'READ',
  'WRITE',
  'CREATE',
  'DELETE',
  'ALTER',
  'DESCRIBE',
  'CLUSTER_ACTION',
  'DESCRIBE_CONFIGS',
  'ALTER_CONFIGS',
  'IDEMPOTENT_WRITE',
  'CREATE_TOKENS',
  'DESCRIBE_TOKENS',
  'TWO_PHASE_COMMIT',
];

const resourceTypes: readonly (AclBinding['resourceType'] | null)[] = [
  null,
  null,
  'TOPIC',
  'GROUP',
  'CLUSTER',
  'TRANSACTIONAL_ID',
  'DELEGATION_TOKEN',
  'USER',
];

const patternTypes: Readonly<Record<number, AclBinding['patternType']>> = { 3: 'LITERAL', 4: 'PREFIXED' };
const permissions: Readonly<Record<number, AclBinding['permission']>> = { 2: 'DENY', 3: 'ALLOW' };

/** A broker that was not asked, or cannot tell, leaves the field at the smallest number there is. */
const notTold = -(2 ** 31);

/** The operations of a bit field, bit n for operation number n; null when the broker does not say. */
export function operationsOf(bits: number): readonly AclOperation[] | null {
  if (bits === notTold) return null;
  return operations.filter((name, code): name is AclOperation => name !== null && (bits & (1 << code)) !== 0);
}

export function operationCode(operation: AclOperation | undefined): number {
  return operation === undefined ? anyCode : operations.indexOf(operation);
}

export function resourceTypeCode(type: AclBinding['resourceType'] | undefined): number {
  return type === undefined ? anyCode : resourceTypes.indexOf(type);
}

/** Undefined for numbers of brokers that know more than we do. */
export function operationOf(code: number): AclOperation | undefined {
  return operations[code] ?? undefined;
}

export function resourceTypeOf(code: number): AclBinding['resourceType'] | undefined {
  return resourceTypes[code] ?? undefined;
}

export function patternTypeOf(code: number): AclBinding['patternType'] | undefined {
  return patternTypes[code];
}

export function permissionOf(code: number): AclBinding['permission'] | undefined {
  return permissions[code];
}
