import { RegistryConverter } from '../schema-registry/registry-converter.ts';
import { protobufConverterConfig, protobufOptionsOf } from './protobuf-config.ts';
import { ProtobufFormat } from './protobuf-format.ts';

/** Connect data as Protobuf messages whose schemas are kept in a registry. */
export function createProtobufConverter(): RegistryConverter {
  return new RegistryConverter({
    config: protobufConverterConfig,
    createFormat: (settings) => new ProtobufFormat(protobufOptionsOf(settings)),
  });
}
