import type { ConfigDef } from '../../config/config-def.ts';
import { ConnectError } from '../../errors/connect-error.ts';
import type { Converter, SchemaAndValue, SerializedValue } from '../../plugin-api/converter.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { SchemaFormat } from './schema-format.ts';

export interface RegistryConverterOptions {
  /** The keys of the registry and those of the format. */
  readonly config: ConfigDef;
  /** Throws a `config` error for settings that do not go together. */
  readonly createFormat: (settings: Settings) => SchemaFormat;
}

/** A converter whose schemas are kept in a schema registry; the format says how values are written. */
export class RegistryConverter implements Converter {
  readonly #options: RegistryConverterOptions;
  #format: SchemaFormat | null = null;

  constructor(options: RegistryConverterOptions) {
    this.#options = options;
  }

  configure(settings: Settings): void {
    this.#format = this.#options.createFormat(settings);
  }

  fromConnectData(): SerializedValue {
    throw new ConnectError('data', `${this.#format?.schemaType} is not written yet`);
  }

  toConnectData(): SchemaAndValue {
    throw new ConnectError('data', `${this.#format?.schemaType} is not read yet`);
  }
}
