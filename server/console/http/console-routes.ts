import {
  connectorAction,
  createConnectorRequest,
  updateConnectorRequest,
} from '../../entities/console-connector.ts';
import { validateRequest } from '../../entities/console-plugin.ts';
import { putSecretRequest } from '../../entities/console-secret.ts';
import type { ConsoleUser, Permission } from '../access/permissions.ts';
import { loadCluster, loadWorkers } from '../cluster/load-cluster.ts';
import { loadMetrics } from '../cluster/load-metrics.ts';
import { actOnConnector, deleteConnector } from '../connectors/act-on-connector.ts';
import { loadConnector, loadConnectorOffsets, loadConnectors } from '../connectors/load-connectors.ts';
import { createConnector, updateConnector } from '../connectors/save-connector.ts';
import { openEventStream } from '../events/event-stream.ts';
import { loadEvents } from '../events/load-events.ts';
import { loadOverview } from '../overview/load-overview.ts';
import { loadDocumentation, loadPlugin, loadPlugins, type PluginQuery } from '../plugins/load-plugins.ts';
import { validateConfig } from '../plugins/validate-config.ts';
import { loadTopicRecords, parseRecordsQuery } from '../topics/load-records.ts';
import { loadTopic, loadTopics } from '../topics/load-topics.ts';
import { deleteSecret, loadSecrets, putSecret, rewrapSecrets } from '../vault/secrets.ts';
import { boundedBy } from '../worker-access.ts';
import { refuse } from './error-answer.ts';
import { readBody } from './read-body.ts';

export interface RouteCall {
  readonly request: Request;
  readonly url: URL;
  /** Decoded path parameters in their order. */
  readonly parameters: readonly string[];
  readonly user: ConsoleUser;
}

export interface ConsoleRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Under `/api/v1`; `*` is a parameter. */
  readonly path: string;
  readonly permission: Permission;
  handle(call: RouteCall): Promise<Response>;
}

/** Creating and deleting wait for the config topic and, in a group, for a rebalance. */
const changeTimeoutMs = 60_000;
const validateTimeoutMs = 30_000;
const maxEvents = 500;

/** Every way into the console API, with what it takes to use it. */
export const consoleRoutes: readonly ConsoleRoute[] = [
  { method: 'GET', path: '/overview', permission: 'view', handle: async () => ok(await loadOverview()) },
  { method: 'GET', path: '/cluster', permission: 'view', handle: async () => ok(await loadCluster()) },
  { method: 'GET', path: '/workers', permission: 'view', handle: async () => ok(await loadWorkers()) },
  {
    method: 'GET',
    path: '/metrics',
    permission: 'view',
    handle: async ({ url }) => ok({ groups: loadMetrics(url.searchParams.get('connector')) }),
  },
  { method: 'GET', path: '/connectors', permission: 'view', handle: async () => ok(await loadConnectors()) },
  {
    method: 'POST',
    path: '/connectors',
    permission: 'configure',
    async handle({ request }) {
      const { config } = await readBody(request, createConnectorRequest);
      return ok(await createConnector(config, boundedBy(request.signal, changeTimeoutMs)), 201);
    },
  },
  {
    method: 'GET',
    path: '/connectors/*',
    permission: 'view',
    handle: async ({ parameters: [name = ''] }) => ok(await loadConnector(name)),
  },
  {
    method: 'DELETE',
    path: '/connectors/*',
    permission: 'configure',
    async handle({ request, parameters: [name = ''] }) {
      await deleteConnector(name, boundedBy(request.signal, changeTimeoutMs));
      return new Response(null, { status: 204 });
    },
  },
  {
    method: 'PUT',
    path: '/connectors/*/config',
    permission: 'configure',
    async handle({ request, parameters: [name = ''] }) {
      const { config } = await readBody(request, updateConnectorRequest);
      return ok(await updateConnector(name, config, boundedBy(request.signal, changeTimeoutMs)));
    },
  },
  {
    method: 'POST',
    path: '/connectors/*/actions',
    permission: 'operate',
    async handle({ request, parameters: [name = ''] }) {
      const action = await readBody(request, connectorAction);
      await actOnConnector(name, action, boundedBy(request.signal, changeTimeoutMs));
      return new Response(null, { status: 204 });
    },
  },
  {
    method: 'GET',
    path: '/connectors/*/offsets',
    permission: 'view',
    handle: async ({ request, parameters: [name = ''] }) =>
      ok(await loadConnectorOffsets(name, boundedBy(request.signal, validateTimeoutMs))),
  },
  {
    method: 'GET',
    path: '/connectors/*/history',
    permission: 'view',
    handle: async ({ url, parameters: [name = ''] }) =>
      ok(await loadEvents({ limit: limitOf(url), connector: name })),
  },
  { method: 'GET', path: '/plugins', permission: 'view', handle: async () => ok(await loadPlugins()) },
  {
    method: 'GET',
    path: '/plugins/*',
    permission: 'view',
    handle: async ({ url, parameters: [className = ''] }) =>
      ok(await loadPlugin(className, pluginQueryOf(url))),
  },
  {
    method: 'GET',
    path: '/plugins/*/documentation',
    permission: 'view',
    handle: async ({ url, parameters: [className = ''] }) =>
      new Response(await loadDocumentation(className, pluginQueryOf(url)), {
        headers: { 'Content-Type': 'text/markdown; charset=utf-8', 'Cache-Control': 'no-store' },
      }),
  },
  {
    method: 'POST',
    path: '/plugins/*/validate',
    permission: 'configure',
    async handle({ request, parameters: [className = ''] }) {
      const body = await readBody(request, validateRequest);
      return ok(await validateConfig(className, body, boundedBy(request.signal, validateTimeoutMs)));
    },
  },
  {
    method: 'GET',
    path: '/topics',
    permission: 'view',
    handle: async ({ request }) => ok(await loadTopics(request.signal)),
  },
  {
    method: 'GET',
    path: '/topics/*',
    permission: 'view',
    handle: async ({ request, parameters: [name = ''] }) => ok(await loadTopic(name, request.signal)),
  },
  {
    method: 'GET',
    path: '/topics/*/records',
    permission: 'read-records',
    handle: async ({ request, url, parameters: [name = ''] }) =>
      ok(await loadTopicRecords(name, parseRecordsQuery(url.searchParams), request.signal)),
  },
  {
    method: 'GET',
    path: '/secrets',
    permission: 'manage-secrets',
    handle: async () => ok(await loadSecrets()),
  },
  {
    method: 'PUT',
    path: '/secrets/*',
    permission: 'manage-secrets',
    async handle({ request, user, parameters: [name = ''] }) {
      const { fields } = await readBody(request, putSecretRequest);
      return ok(await putSecret(name, fields, user.name));
    },
  },
  {
    method: 'DELETE',
    path: '/secrets/*',
    permission: 'manage-secrets',
    async handle({ parameters: [name = ''] }) {
      await deleteSecret(name);
      return new Response(null, { status: 204 });
    },
  },
  {
    method: 'POST',
    path: '/secrets/rewrap',
    permission: 'manage-secrets',
    handle: async () => ok(await rewrapSecrets()),
  },
  {
    method: 'GET',
    path: '/history',
    permission: 'view',
    handle: async ({ url }) => ok(await loadEvents({ limit: limitOf(url) })),
  },
  {
    method: 'GET',
    path: '/events',
    permission: 'view',
    async handle({ request, url }) {
      const after = request.headers.get('last-event-id') ?? url.searchParams.get('after');
      const stream = openEventStream({ after, signal: request.signal });
      if (stream === null) {
        return refuse(503, { code: 'unavailable', message: 'Too many live views are open.', stage: null });
      }
      return new Response(stream, {
        headers: {
          'Content-Type': 'text/event-stream; charset=utf-8',
          // Anything between that gathers or compresses would hold events back.
          'Cache-Control': 'no-cache, no-transform',
          'X-Accel-Buffering': 'no',
        },
      });
    },
  },
];

function ok(body: unknown, status = 200): Response {
  return Response.json(body, { status, headers: { 'Cache-Control': 'no-store' } });
}

function pluginQueryOf({ searchParams }: URL): PluginQuery {
  return { type: searchParams.get('type'), version: searchParams.get('version') };
}

function limitOf(url: URL): number {
  const limit = Number(url.searchParams.get('limit') ?? 100);
  return Number.isInteger(limit) && limit > 0 ? Math.min(limit, maxEvents) : 100;
}
