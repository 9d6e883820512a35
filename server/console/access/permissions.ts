/** What a route of the console API asks for. `read-records`: what topics hold, which may be anybody's secrets. */
export type Permission = 'view' | 'operate' | 'configure' | 'read-records' | 'manage-secrets';

export interface ConsoleUser {
  readonly name: string;
  readonly permissions: ReadonlySet<Permission>;
}

/** Until there are logins: whoever reaches the loopback port may do everything. */
export const anonymousLoopbackUser: ConsoleUser = {
  name: 'anonymous',
  permissions: new Set<Permission>(['view', 'operate', 'configure', 'read-records', 'manage-secrets']),
};

export function mayUse(user: ConsoleUser, permission: Permission): boolean {
  return user.permissions.has(permission);
}
