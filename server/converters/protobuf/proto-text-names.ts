import type { Schema } from '../../records/schema.ts';
import { dataError } from '../converter-error.ts';
import { scrubName } from './scrub-name.ts';

const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** The Java converter lets hyphens pass in packages, and so do registries. */
const packagePart = /^[A-Za-z_](?:[A-Za-z0-9_]|-(?=[A-Za-z0-9_]))*$/;

/** How things are called in the text of a schema. */
export class ProtoTextNames {
  readonly #scrubs: boolean;
  #unnamed = 0;

  constructor(scrubs: boolean) {
    this.#scrubs = scrubs;
  }

  /** Name of a schema, or one by number for a schema without. */
  fullName(schema: Schema): string {
    if (schema.name !== null && schema.name !== '') return schema.name;
    this.#unnamed += 1;
    return `ConnectDefault${this.#unnamed}`;
  }

  /** The last part of a schema's name. */
  simpleName(schema: Schema): string {
    const fullName = this.fullName(schema);
    return this.identifier(fullName.slice(fullName.lastIndexOf('.') + 1));
  }

  packageOf(fullName: string): string {
    const end = fullName.lastIndexOf('.');
    if (end < 0) return '';
    const parts = fullName.slice(0, end).split('.');
    return parts.map((part) => this.#checked(part, packagePart)).join('.');
  }

  identifier(name: string): string {
    return this.#checked(name, identifier);
  }

  #checked(name: string, pattern: RegExp): string {
    const written = this.#scrubs ? scrubName(name) : name;
    if (pattern.test(written)) return written;
    const shown = JSON.stringify(name.slice(0, 100));
    throw dataError(
      `The name ${shown} cannot stand in a Protobuf schema; scrub.invalid.names=true replaces it`,
    );
  }
}
