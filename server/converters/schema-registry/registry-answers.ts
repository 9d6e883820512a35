import { ConnectError } from '../../errors/connect-error.ts';
import type { RegistrySchemaType, SchemaReference, SchemaText } from './registered-schema.ts';
import { notARegistry, type RegistryRequest } from './registry-error.ts';
import type { RegisteredId } from './schema-registry.ts';

/** A schema as one answer has it: what it imports is named, not given. */
export interface RegistrySchema extends SchemaText {
  readonly id: number | null;
  readonly guid: string | null;
  readonly version: number | null;
}

const guidPattern = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;
const schemaTypes: readonly string[] = ['AVRO', 'JSON', 'PROTOBUF'];
const where = 'the schema registry';

export function registeredIdIn(body: unknown, request: RegistryRequest): RegisteredId {
  const id = integer(body, 'id');
  if (id === null) throw notARegistry(request, where, 'there is no id in it');
  refuseRules(body, request);
  return { id, guid: guidIn(body) };
}

export function registrySchemaIn(body: unknown, request: RegistryRequest): RegistrySchema {
  refuseRules(body, request);
  const schema = member(body, 'schema');
  if (typeof schema !== 'string') throw notARegistry(request, where, 'there is no schema in it');
  const schemaType = typeIn(body);
  if (schemaType === null) {
    throw notARegistry(
      request,
      where,
      `a schema of type ${String(member(body, 'schemaType')).slice(0, 50)} in it`,
    );
  }
  const references = referencesIn(body);
  if (references === null) throw notARegistry(request, where, 'damaged references in it');
  return {
    schemaType,
    schema,
    references,
    id: integer(body, 'id'),
    guid: guidIn(body),
    version: integer(body, 'version'),
  };
}

/** Versions by subject; what is not understood is left out. */
export function versionsIn(body: unknown): ReadonlyMap<string, number> {
  const versions = new Map<string, number>();
  for (const entry of Array.isArray(body) ? body : []) {
    const subject = member(entry, 'subject');
    const version = integer(entry, 'version');
    if (typeof subject === 'string' && version !== null) versions.set(subject, version);
  }
  return versions;
}

/** Rules change data on their way, by encryption for instance: what was not run through them would be wrong. */
function refuseRules(body: unknown, { purpose }: RegistryRequest): void {
  const rules = member(member(body, 'ruleSet'), 'domainRules');
  const active = (Array.isArray(rules) ? rules : []).filter((rule) => member(rule, 'disabled') !== true);
  if (active.length === 0) return;
  const names = active.map((rule) => `${member(rule, 'name')} (${member(rule, 'type')})`).join(', ');
  throw new ConnectError(
    'data',
    `Could not ${purpose}: the schema has rules that are not run here: ${names.slice(0, 200)}; field encryption and data contracts are not supported`,
    { details: { stage: 'schema registry', isRegistryRefusal: true } },
  );
}

function member(body: unknown, name: string): unknown {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return undefined;
  return Reflect.get(body, name);
}

function integer(body: unknown, name: string): number | null {
  const value = member(body, name);
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? value : null;
}

function guidIn(body: unknown): string | null {
  const guid = member(body, 'guid');
  return typeof guid === 'string' && guidPattern.test(guid) ? guid.toLowerCase() : null;
}

function typeIn(body: unknown): RegistrySchemaType | null {
  // Avro needs no name: it was there first.
  const type = member(body, 'schemaType') ?? 'AVRO';
  return isSchemaType(type) ? type : null;
}

function isSchemaType(type: unknown): type is RegistrySchemaType {
  return typeof type === 'string' && schemaTypes.includes(type);
}

function referencesIn(body: unknown): SchemaReference[] | null {
  const listed = member(body, 'references') ?? [];
  if (!Array.isArray(listed)) return null;
  const references: SchemaReference[] = [];
  for (const entry of listed) {
    const name = member(entry, 'name');
    const subject = member(entry, 'subject');
    const version = integer(entry, 'version');
    if (typeof name !== 'string' || typeof subject !== 'string' || version === null) return null;
    references.push({ name, subject, version });
  }
  return references;
}
