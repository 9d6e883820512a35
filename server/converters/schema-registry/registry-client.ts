import { isConnectError } from '../../errors/connect-error.ts';
import type { RegisteredSchema, SchemaText } from './registered-schema.ts';
import { type RegistrySchema, registeredIdIn, registrySchemaIn, versionsIn } from './registry-answers.ts';
import type { RegistryCall, RegistryTransport } from './registry-transport.ts';
import { importsOf } from './schema-imports.ts';
import type { RegisteredId, SchemaRegistry } from './schema-registry.ts';

export interface RegistryClientOptions {
  readonly transport: RegistryTransport;
  readonly normalizes: boolean;
  readonly propagatesTags: boolean;
  /** Asked for with every schema; null: as it was registered. */
  readonly schemaFormat: string | null;
}

/** Speaks Confluent's REST API, as Confluent, Karapace, Apicurio (`/apis/ccompat/v7`) and Redpanda serve it. */
export class RegistryClient implements SchemaRegistry {
  readonly #options: RegistryClientOptions;

  constructor(options: RegistryClientOptions) {
    this.#options = options;
  }

  async register(subject: string, text: SchemaText): Promise<RegisteredId> {
    const body = bodyOf(text);
    const query = queryOf({ normalize: this.#options.normalizes ? 'true' : null });
    const call: RegistryCall = {
      method: 'POST',
      path: `subjects/${encodeURIComponent(subject)}/versions${query}`,
      body: this.#options.propagatesTags ? { ...body, propagateSchemaTags: true } : body,
      purpose: `register a schema for subject ${subject}`,
    };
    return registeredIdIn(await this.#options.transport.call(call), call);
  }

  async lookup(subject: string, text: SchemaText): Promise<RegisteredId> {
    const query = queryOf({ normalize: this.#options.normalizes ? 'true' : null });
    const call: RegistryCall = {
      method: 'POST',
      path: `subjects/${encodeURIComponent(subject)}${query}`,
      body: bodyOf(text),
      purpose: `find the schema of the data in subject ${subject}`,
      whenMissing: 'register the schema there first, or set auto.register.schemas=true',
    };
    return registeredIdIn(await this.#options.transport.call(call), call);
  }

  async latest(subject: string): Promise<RegisteredSchema> {
    return await this.#version(subject, 'latest');
  }

  async byId(id: number, subject: string | null): Promise<RegisteredSchema> {
    const query = queryOf({ subject, ...this.#format() });
    const call: RegistryCall = {
      method: 'GET',
      path: `schemas/ids/${id}${query}`,
      purpose: `get the schema of id ${id}`,
      whenMissing: 'were the data written with another schema registry?',
    };
    return await this.#withImports(registrySchemaIn(await this.#options.transport.call(call), call), id);
  }

  async byGuid(guid: string): Promise<RegisteredSchema> {
    const call: RegistryCall = {
      method: 'GET',
      path: `schemas/guids/${encodeURIComponent(guid)}${queryOf(this.#format())}`,
      purpose: `get the schema of GUID ${guid}`,
      whenMissing: 'were the data written with another schema registry?',
      whenPathMissing: 'this registry has no such GUID, or knows no GUIDs at all',
    };
    const schema = registrySchemaIn(await this.#options.transport.call(call), call);
    return await this.#withImports({ ...schema, guid }, -1);
  }

  async versionsOf(id: number): Promise<ReadonlyMap<string, number>> {
    const call: RegistryCall = {
      method: 'GET',
      path: `schemas/ids/${id}/versions`,
      purpose: `get the versions that schema id ${id} stands for`,
    };
    try {
      return versionsIn(await this.#options.transport.call(call));
    } catch (error) {
      // Old registries have no such path; data can be read without the version.
      if (isConnectError(error) && !error.retriable && error.code !== 'cancelled') return new Map();
      throw error;
    }
  }

  close(): void {
    this.#options.transport.close();
  }

  async #version(subject: string, version: number | 'latest'): Promise<RegisteredSchema> {
    const schema = await this.#schemaOf(subject, version);
    return await this.#withImports(schema, -1);
  }

  async #schemaOf(subject: string, version: number | 'latest'): Promise<RegistrySchema> {
    const call: RegistryCall = {
      method: 'GET',
      path: `subjects/${encodeURIComponent(subject)}/versions/${version}${queryOf(this.#format())}`,
      purpose: `get ${version === 'latest' ? 'the latest version' : `version ${version}`} of subject ${subject}`,
      whenMissing: 'register a schema there first',
    };
    return registrySchemaIn(await this.#options.transport.call(call), call);
  }

  async #withImports(schema: RegistrySchema, id: number): Promise<RegisteredSchema> {
    const imports = await importsOf(schema, ({ subject, version }) => this.#schemaOf(subject, version));
    return { ...schema, id: schema.id ?? id, imports };
  }

  #format(): Record<string, string | null> {
    return { format: this.#options.schemaFormat };
  }
}

/** Old registries know Avro alone, and no `schemaType`; the others take it for Avro without. */
function bodyOf({ schemaType, schema, references }: SchemaText): Record<string, unknown> {
  return {
    schema,
    ...(schemaType === 'AVRO' ? {} : { schemaType }),
    ...(references.length === 0 ? {} : { references }),
  };
}

function queryOf(parameters: Readonly<Record<string, string | null>>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== null && value !== '');
  if (given.length === 0) return '';
  return `?${given.map(([name, value]) => `${name}=${encodeURIComponent(value ?? '')}`).join('&')}`;
}
