export interface OptionSpec {
  /** A flag stands alone, without a value. */
  readonly kind: 'port' | 'path' | 'choice' | 'flag';
  readonly placeholder: string;
  readonly description: string;
}

export interface CommandSpec {
  readonly usage: string;
  readonly summary: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly files: { readonly name: string; readonly min: number; readonly max: number };
}

export type CommandName = 'start' | 'worker' | 'standalone' | 'broker' | 'plugins list' | 'plugins new';

const noFiles = { name: 'nothing', min: 0, max: 0 };
const dataOption: OptionSpec = {
  kind: 'path',
  placeholder: 'DIR',
  description: 'Folder for topics and history (default: .data in the folder of Millrace)',
};

/** What the command line understands; parser and help read this. */
export const commands: Readonly<Record<CommandName, CommandSpec>> = {
  start: {
    usage:
      'millrace start [--port PORT] [--rest-port PORT] [--broker-port PORT] [--data DIR] [--plugin-path DIR,...] [--config worker.properties]',
    summary: 'Everything in one: broker, worker, Connect REST and console',
    options: {
      port: { kind: 'port', placeholder: 'PORT', description: 'Port of the console (default: 3000)' },
      'rest-port': { kind: 'port', placeholder: 'PORT', description: 'Port of Connect REST (default: 8083)' },
      'broker-port': {
        kind: 'port',
        placeholder: 'PORT',
        description: 'Port of the embedded broker (default: 9092)',
      },
      data: dataOption,
      'plugin-path': {
        kind: 'path',
        placeholder: 'DIR,...',
        description: 'Packages with plugins, or folders of packages',
      },
      config: {
        kind: 'path',
        placeholder: 'FILE',
        description: 'Settings of a distributed worker: its cluster instead of the embedded broker',
      },
    },
    files: noFiles,
  },
  worker: {
    usage: 'millrace worker <worker.properties>',
    summary: 'A distributed worker alone, as connect-distributed',
    options: {},
    files: { name: '<worker.properties>', min: 1, max: 1 },
  },
  standalone: {
    usage: 'millrace standalone <worker.properties> [connector.properties | connector.json ...]',
    summary: 'A standalone worker with its connectors, as connect-standalone',
    options: {},
    files: { name: '<worker.properties>', min: 1, max: 10_000 },
  },
  broker: {
    usage:
      'millrace broker [--port PORT] [--data DIR] [--config server.properties] [--users users.properties]',
    summary: 'The embedded broker alone, for trying out and for tests',
    options: {
      port: { kind: 'port', placeholder: 'PORT', description: 'Port for clients (default: 9092)' },
      data: dataOption,
      config: {
        kind: 'path',
        placeholder: 'FILE',
        description: 'Settings of the broker, under their names in server.properties',
      },
      users: {
        kind: 'path',
        placeholder: 'FILE',
        description:
          'Who may connect with SASL PLAIN, a line name=password each (default: everybody, without)',
      },
    },
    files: noFiles,
  },
  'plugins list': {
    usage: 'millrace plugins list [--plugin-path DIR,...] [--config worker.properties] [--json]',
    summary: 'What is installed: class, type, version, place, and what is broken and why',
    options: {
      'plugin-path': {
        kind: 'path',
        placeholder: 'DIR,...',
        description: 'Packages, or folders of packages, as plugin.path of a worker',
      },
      config: { kind: 'path', placeholder: 'FILE', description: 'Settings of a worker, for its plugin.path' },
      json: { kind: 'flag', placeholder: '', description: 'As JSON, for programs' },
    },
    files: noFiles,
  },
  'plugins new': {
    usage: 'millrace plugins new <name> [--type source|sink] [--folder DIR]',
    summary: 'A connector to begin with: config, connector, task, tests, README',
    options: {
      type: {
        kind: 'choice',
        placeholder: 'source|sink',
        description: 'Whether it reads from a system or writes to one (default: source)',
      },
      folder: { kind: 'path', placeholder: 'DIR', description: 'Where to write it (default: ./<name>)' },
    },
    files: { name: '<name>', min: 1, max: 1 },
  },
};

export function isCommandName(text: string): text is CommandName {
  return Object.hasOwn(commands, text);
}
