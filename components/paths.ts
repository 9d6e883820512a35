/** Every URL of the console. Names are escaped here and nowhere else. */

export const connectorTabs = ['tasks', 'config', 'topics', 'offsets', 'timeline'] as const;
export type ConnectorTab = (typeof connectorTabs)[number];

export function isConnectorTab(text: string): text is ConnectorTab {
  return connectorTabs.some((tab) => tab === text);
}

/** Which records of a topic are shown. What is left out is the API's default: the newest of all partitions. */
export interface RecordsChoice {
  readonly partition?: number;
  /** `earliest`, `offset:n` or `time:ms`. */
  readonly from?: string;
  readonly limit?: number;
}

/** Which plugin of a class. What is left out: a connector, in its newest version. */
export interface PluginChoice {
  readonly type?: string | undefined;
  readonly version?: string | undefined;
}

export const paths = {
  overview: '/',
  connectors: (q?: string) => (q === undefined || q === '' ? '/connectors' : `/connectors?q=${encode(q)}`),
  connector: (name: string, tab: ConnectorTab = 'tasks') => `/connectors/${encode(name)}/${tab}`,
  editConnector: (name: string) => `/connectors/${encode(name)}/edit`,
  newConnector: '/connectors/new',
  newConnectorOf: (className: string) => `/connectors/new/${encode(className)}`,
  catalog: '/catalog',
  plugin: (className: string, choice: PluginChoice = {}) => `/catalog/${encode(className)}${queryOf(choice)}`,
  topics: '/topics',
  topic: (name: string, records: RecordsChoice = {}) => `/topics/${encode(name)}${queryOf(records)}`,
  workers: '/workers',
} as const;

export const apiPaths = {
  overview: '/api/v1/overview',
  cluster: '/api/v1/cluster',
  workers: '/api/v1/workers',
  connectors: '/api/v1/connectors',
  connector: (name: string) => `/api/v1/connectors/${encode(name)}`,
  connectorConfig: (name: string) => `/api/v1/connectors/${encode(name)}/config`,
  connectorActions: (name: string) => `/api/v1/connectors/${encode(name)}/actions`,
  connectorOffsets: (name: string) => `/api/v1/connectors/${encode(name)}/offsets`,
  connectorHistory: (name: string) => `/api/v1/connectors/${encode(name)}/history`,
  plugins: '/api/v1/plugins',
  plugin: (className: string, choice: PluginChoice = {}) =>
    `/api/v1/plugins/${encode(className)}${queryOf(choice)}`,
  pluginDocumentation: (className: string, choice: PluginChoice = {}) =>
    `/api/v1/plugins/${encode(className)}/documentation${queryOf(choice)}`,
  validate: (className: string) => `/api/v1/plugins/${encode(className)}/validate`,
  topics: '/api/v1/topics',
  topic: (name: string) => `/api/v1/topics/${encode(name)}`,
  topicRecords: (name: string, records: RecordsChoice & { readonly bytes?: number }) =>
    `/api/v1/topics/${encode(name)}/records${queryOf(records)}`,
  history: '/api/v1/history',
  events: (after: string | null) => `/api/v1/events${after === null ? '' : `?after=${encode(after)}`}`,
} as const;

function queryOf(values: object): string {
  const pairs = Object.entries(values).filter(([, value]) => value !== undefined);
  return pairs.length === 0
    ? ''
    : `?${pairs.map(([key, value]) => `${key}=${encode(String(value))}`).join('&')}`;
}

/** `.` and `..` alone would be taken for folders by URL parsers, escaped or not; they cannot be helped. */
function encode(text: string): string {
  return encodeURIComponent(text);
}

/** A dynamic segment as Next hands it to pages: still escaped. */
export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
