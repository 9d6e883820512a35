/** Numbers of operations in the protocol. */
const operations = {
  read: 3,
  write: 4,
  create: 5,
  delete: 6,
  alter: 7,
  describe: 8,
  clusterAction: 9,
  describeConfigs: 10,
  alterConfigs: 11,
  idempotentWrite: 12,
} as const;

/** Stands for "not asked for". */
const unsaid = -(2 ** 31);

function bits(...allowed: readonly (keyof typeof operations)[]): number {
  return allowed.reduce((sum, name) => sum + 2 ** operations[name], 0);
}

/** Everybody may do everything here, as on a Kafka without authorizer: whatever there is to do with a resource. */
const allowed = {
  topic: bits('read', 'write', 'create', 'delete', 'alter', 'describe', 'describeConfigs', 'alterConfigs'),
  group: bits('read', 'delete', 'describe', 'describeConfigs', 'alterConfigs'),
  cluster: bits(
    'create',
    'alter',
    'describe',
    'clusterAction',
    'describeConfigs',
    'alterConfigs',
    'idempotentWrite',
  ),
};

/** What the client may do with such a resource, as bits; "not asked for" if it did not ask. */
export function authorizedOperations(resource: keyof typeof allowed, isAsked: boolean): number {
  return isAsked ? allowed[resource] : unsaid;
}
