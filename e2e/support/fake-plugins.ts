import { defineConfig } from '../../server/config/define-config.ts';
import * as kinds from '../../server/config/kinds.ts';
import { atLeast, oneOf } from '../../server/config/validators.ts';
import type { ConnectorPlugin, Plugin } from '../../server/plugin-api/plugin.ts';
import { bundledPlugins } from '../../server/plugins/bundled-plugins.ts';
import { PluginCatalogue } from '../../server/plugins/plugin-catalogue.ts';
import type { InstalledPlugins, LoadedLocation } from '../../server/plugins/plugin-location.ts';

function unused(): never {
  throw new Error('a fake plugin creates nothing');
}

const creates = { createConnector: unused, createTask: unused, version: '0.1.0', taskClassName: 'none' };

export const fileSource: ConnectorPlugin = {
  ...creates,
  type: 'source',
  className: 'org.apache.kafka.connect.file.FileStreamSourceConnector',
  title: 'FileStream source',
  summary: 'Reads a text file line by line and goes on as lines are appended.',
  support: 'supported',
  system: 'file',
  verified: 'Linux, local file systems',
  config: defineConfig({
    file: kinds.string({
      importance: 'HIGH',
      documentation: 'Source filename. If not specified, the standard input will be used',
      default: null,
    }),
    topic: kinds.string({ importance: 'HIGH', documentation: 'The topic to publish data to' }),
    'batch.size': kinds.int({
      importance: 'LOW',
      documentation:
        'The maximum number of records the source task can read from the file each time it is polled',
      default: 2000,
      validator: atLeast(1),
    }),
  }),
};

export const fileSink: ConnectorPlugin = {
  ...creates,
  type: 'sink',
  className: 'org.apache.kafka.connect.file.FileStreamSinkConnector',
  title: 'FileStream sink',
  summary: 'Appends every record of its topics as a line to a text file.',
  support: 'supported',
  system: 'file',
  verified: 'Linux, local file systems',
  config: defineConfig({
    file: kinds.string({
      importance: 'HIGH',
      documentation: 'Destination filename. If not specified, the standard output will be used',
      default: null,
    }),
  }),
};

export const tableSink: ConnectorPlugin = {
  ...creates,
  type: 'sink',
  className: 'io.example.jdbc.JdbcSinkConnector',
  title: 'JDBC sink',
  summary: 'Writes records into tables of a relational database, inserting or upserting by key.',
  support: 'community',
  system: 'database',
  verified: 'PostgreSQL 16',
  config: defineConfig({
    'connection.url': kinds.string({
      importance: 'HIGH',
      documentation: 'JDBC connection URL.',
      group: 'Connection',
      displayName: 'JDBC URL',
    }),
    'connection.user': kinds.string({
      importance: 'HIGH',
      documentation: 'JDBC connection user.',
      group: 'Connection',
      displayName: 'User',
      default: null,
    }),
    'connection.password': kinds.password({
      importance: 'HIGH',
      documentation: 'JDBC connection password.',
      group: 'Connection',
      displayName: 'Password',
      default: null,
    }),
    'insert.mode': kinds.string({
      importance: 'HIGH',
      documentation:
        'The insertion mode to use: plain inserts, or inserts that replace rows of the same key.',
      group: 'Writes',
      displayName: 'Insert mode',
      default: 'insert',
      validator: oneOf('insert', 'upsert', 'update'),
      recommender: { validValues: () => ['insert', 'upsert', 'update'], visible: () => true },
    }),
    'batch.size': kinds.int({
      importance: 'MEDIUM',
      documentation: 'How many records to attempt to write together, when possible.',
      group: 'Writes',
      displayName: 'Batch size',
      default: 3000,
      validator: atLeast(0),
    }),
    'auto.create': kinds.boolean({
      importance: 'MEDIUM',
      documentation: 'Whether to create the table from the record schema when it is not there.',
      group: 'Tables',
      displayName: 'Create tables',
      default: false,
    }),
    'table.whitelist': kinds.list({
      importance: 'LOW',
      documentation: 'Tables to write to.',
      group: 'Tables',
      displayName: 'Tables',
      default: [],
    }),
  }),
};

export const fakePlugins: readonly ConnectorPlugin[] = [fileSource, fileSink, tableSink];

const wellSvg =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="#c2410c"><circle cx="12" cy="12" r="9"/></svg>';

function location(folder: string, plugins: readonly Plugin[], iconSvg: string | null = null): LoadedLocation {
  const described = { folder, name: folder.slice(folder.lastIndexOf('/') + 1), version: null, entries: [] };
  return { location: { ...described, iconSvg }, plugins, configProviders: [] };
}

/** What others have made: two versions of a connector, and two packages that cannot be used. */
const fakeInstalled: InstalledPlugins = {
  loaded: [
    location('/opt/connect/plugins/jdbc-sink-0.2.0', [{ ...tableSink, version: '0.2.0' }]),
    location(
      '/opt/connect/plugins/weather-station',
      [
        {
          ...fileSource,
          className: 'com.example.WeatherStationSourceConnector',
          version: '1.4.2',
          title: 'Weather station source',
          summary: 'Asks weather stations for their measurements.',
          support: 'experimental',
          system: 'http',
          verified: '',
        },
      ],
      wellSvg,
    ),
  ],
  broken: [
    {
      folder: '/opt/connect/plugins/old-queue',
      name: 'old-queue',
      version: '3.1.0',
      reason: 'it is written for plugin API 99 (millrace.pluginApi), this is Millrace with plugin API 1',
    },
    {
      folder: '/opt/connect/plugins/hasty',
      name: 'hasty',
      version: null,
      reason: 'plugin.js cannot be loaded: Cannot read properties of undefined (reading "connect")',
    },
  ],
};

export const fakeCatalogue = new PluginCatalogue(
  [...fakePlugins, ...bundledPlugins.filter(({ type }) => type !== 'source' && type !== 'sink')],
  fakeInstalled,
);
