import {
  compatibilityLevels,
  RegistryRefusal,
  type RegistryStore,
  type StoredReference,
  type StoredSchema,
  type StoredText,
  type StoredVersion,
} from './registry-store.ts';

export interface ApiRequest {
  readonly method: string;
  /** Decoded parts of the path. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly body: unknown;
}

type Handler = (store: RegistryStore, parts: readonly string[], request: ApiRequest) => unknown;

/** Confluent's API as far as clients of converters go; `*` stands for any one part of the path. */
const routes: readonly (readonly [method: string, path: string, handler: Handler])[] = [
  ['GET', '', () => ({})],
  ['GET', 'subjects', (store) => store.subjects],
  ['POST', 'subjects/*', lookup],
  ['DELETE', 'subjects/*', (store, [subject = '']) => store.delete(subject)],
  [
    'GET',
    'subjects/*/versions',
    (store, [subject = '']) => store.versions(subject).map(({ version }) => version),
  ],
  ['POST', 'subjects/*/versions', register],
  [
    'GET',
    'subjects/*/versions/*',
    (store, [subject = '', version = '']) => versionAnswer(store.version(subject, version)),
  ],
  [
    'GET',
    'subjects/*/versions/*/schema',
    (store, [subject = '', version = '']) => JSON.parse(store.version(subject, version).schema.schema),
  ],
  ['GET', 'schemas/types', () => ['JSON', 'PROTOBUF', 'AVRO']],
  ['GET', 'schemas/ids/*', (store, [id]) => schemaAnswer(store.byId(Number(id)))],
  [
    'GET',
    'schemas/ids/*/versions',
    (store, [id]) => store.versionsOf(Number(id)).map(({ subject, version }) => ({ subject, version })),
  ],
  [
    'GET',
    'schemas/ids/*/subjects',
    (store, [id]) => store.versionsOf(Number(id)).map(({ subject }) => subject),
  ],
  ['GET', 'schemas/guids/*', (store, [guid = '']) => schemaAnswer(store.byGuid(guid))],
  ['GET', 'config', (store) => ({ compatibilityLevel: store.compatibility })],
  ['PUT', 'config', setLevel],
  ['GET', 'config/*', (store, [subject = '']) => ({ compatibilityLevel: store.levelOf(subject) })],
  ['PUT', 'config/*', setLevel],
  ['POST', 'compatibility/subjects/*/versions', checkCompatibility],
  ['POST', 'compatibility/subjects/*/versions/*', checkCompatibility],
];

/** The body of a successful answer; throws `RegistryRefusal` for the others. */
export function answerTo(store: RegistryStore, request: ApiRequest): unknown {
  let isPathKnown = false;
  for (const [method, path, handler] of routes) {
    const parts = match(path, request.path);
    if (parts === null) continue;
    isPathKnown = true;
    if (method === request.method) return handler(store, parts, request);
  }
  throw isPathKnown
    ? new RegistryRefusal(405, 405, 'HTTP 405 Method Not Allowed')
    : new RegistryRefusal(404, 404, 'HTTP 404 Not Found');
}

function match(pattern: string, path: readonly string[]): string[] | null {
  const steps = pattern === '' ? [] : pattern.split('/');
  if (steps.length !== path.length) return null;
  const parts: string[] = [];
  for (const [i, step] of steps.entries()) {
    const part = path[i] ?? '';
    if (step === '*') parts.push(part);
    else if (step !== part) return null;
  }
  return parts;
}

function register(
  store: RegistryStore,
  [subject = '']: readonly string[],
  { body, query }: ApiRequest,
): unknown {
  const { schema, version } = store.register(subject, textIn(body), query.get('normalize') === 'true');
  return { id: schema.id, version, guid: schema.guid, ...typeAnswer(schema), schema: schema.schema };
}

function lookup(
  store: RegistryStore,
  [subject = '']: readonly string[],
  { body, query }: ApiRequest,
): unknown {
  const normalizes = query.get('normalize') === 'true';
  return versionAnswer(store.lookup(subject, textIn(body), normalizes, query.get('deleted') === 'true'));
}

function setLevel(store: RegistryStore, [subject]: readonly string[], { body }: ApiRequest): unknown {
  const level = memberOf(body, 'compatibility');
  if (typeof level !== 'string' || !compatibilityLevels.includes(level)) {
    throw new RegistryRefusal(
      422,
      42203,
      `Invalid compatibility level. Valid values are ${compatibilityLevels.join(', ')}`,
    );
  }
  if (subject === undefined) store.compatibility = level;
  else store.compatibilityOf.set(subject, level);
  return { compatibility: level };
}

function checkCompatibility(
  store: RegistryStore,
  [subject = '', version]: readonly string[],
  { body, query }: ApiRequest,
): unknown {
  const earlier = version === undefined ? store.versions(subject) : [store.version(subject, version)];
  const messages = store.conflicts(subject, textIn(body), earlier);
  return { is_compatible: messages.length === 0, ...(query.get('verbose') === 'true' ? { messages } : {}) };
}

function schemaAnswer(schema: StoredSchema): unknown {
  const { guid, references } = schema;
  return {
    ...typeAnswer(schema),
    schema: schema.schema,
    guid,
    ...(references.length === 0 ? {} : { references }),
  };
}

function versionAnswer({ subject, version, schema }: StoredVersion): unknown {
  return { subject, version, id: schema.id, ...Object(schemaAnswer(schema)) };
}

/** Avro goes without saying. */
function typeAnswer({ schemaType }: StoredText): { schemaType?: string } {
  return schemaType === 'AVRO' ? {} : { schemaType };
}

function textIn(body: unknown): StoredText {
  const schema = memberOf(body, 'schema');
  if (typeof schema !== 'string' || schema === '') throw new RegistryRefusal(422, 42201, 'Empty schema');
  const schemaType = memberOf(body, 'schemaType') ?? 'AVRO';
  const references = memberOf(body, 'references') ?? [];
  if (typeof schemaType !== 'string' || !isReferences(references)) {
    throw new RegistryRefusal(422, 42201, 'Invalid schema type or references');
  }
  return { schema, schemaType, references };
}

function isReferences(value: unknown): value is readonly StoredReference[] {
  return (
    Array.isArray(value) &&
    value.every(
      (one) => typeof memberOf(one, 'name') === 'string' && typeof memberOf(one, 'subject') === 'string',
    )
  );
}

function memberOf(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
}
