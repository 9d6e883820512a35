import type { SecretList, SecretSummary } from '../../entities/console-secret.ts';
import { ConnectError } from '../../errors/connect-error.ts';
import { requireWorker } from '../worker-access.ts';

type Vault = NonNullable<ReturnType<typeof requireWorker>['vault']>;
type Listed = Awaited<ReturnType<Vault['list']>>[number];

export async function loadSecrets(): Promise<SecretList> {
  const { vault } = requireWorker();
  if (vault === null) return { enabled: false, secrets: [] };
  return { enabled: true, secrets: (await vault.list()).map(withReferences) };
}

/** Stores the next version of a secret. Connectors that use it take it at their next restart. */
export async function putSecret(
  name: string,
  fields: Readonly<Record<string, string>>,
  actor: string,
): Promise<SecretSummary> {
  return withReferences(await requireVault().put(name, fields, actor));
}

export async function deleteSecret(name: string): Promise<void> {
  await requireVault().delete(name);
}

export async function rewrapSecrets(): Promise<{ readonly rewrapped: number }> {
  return { rewrapped: await requireVault().rewrap() };
}

function requireVault(): Vault {
  const { vault } = requireWorker();
  if (vault !== null) return vault;
  throw new ConnectError(
    'illegal-state',
    'This worker has no vault: set vault.key.file in its settings and start it again.',
  );
}

function withReferences(secret: Listed): SecretSummary {
  const references = secret.fieldNames.map((field) => [field, `\${vault:${secret.name}:${field}}`]);
  return { ...secret, fieldNames: [...secret.fieldNames], references: Object.fromEntries(references) };
}
