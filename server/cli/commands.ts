export interface OptionSpec {
  readonly kind: 'port' | 'path';
  readonly placeholder: string;
  readonly description: string;
}

export interface CommandSpec {
  readonly usage: string;
  readonly summary: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly files: { readonly name: string; readonly min: number; readonly max: number };
}

export type CommandName = 'start' | 'worker' | 'standalone' | 'broker';

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
      'millrace start [--port PORT] [--rest-port PORT] [--broker-port PORT] [--data DIR] [--config worker.properties]',
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
};

export function isCommandName(text: string): text is CommandName {
  return Object.hasOwn(commands, text);
}
