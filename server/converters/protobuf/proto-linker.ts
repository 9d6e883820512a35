import { dataError } from '../converter-error.ts';
import { defaultOfOption } from './proto-default.ts';
import { featuresOfEdition, type ProtoFeatures, withFeatures } from './proto-features.ts';
import {
  type ProtoEnum,
  type ProtoField,
  type ProtoMessage,
  type ProtoOneof,
  type ProtoSchema,
  type ProtoType,
  type ScalarType,
  scalarTypes,
} from './proto-model.ts';
import { metaParamsOf, optionValue, optionWord, type ProtoOption } from './proto-options.ts';
import { parseProto } from './proto-parser.ts';
import type { EnumSyntax, FieldSyntax, FileSyntax, MessageSyntax } from './proto-syntax.ts';
import { wellKnownFiles } from './well-known-files.ts';

const mostFiles = 1_000;
const scalarNames: ReadonlySet<string> = new Set(scalarTypes);
const keyTypes: ReadonlySet<string> = new Set(
  scalarTypes.filter((type) => type !== 'double' && type !== 'float' && type !== 'bytes'),
);

interface MutableMessage extends ProtoMessage {
  readonly fields: ProtoField[];
  readonly oneofs: (ProtoOneof & { readonly fields: ProtoField[] })[];
}

interface Declared {
  readonly syntax: MessageSyntax;
  readonly message: MutableMessage;
  readonly features: ProtoFeatures;
}

/**
 * Reads a .proto text with those it imports. Imports are taken from `imports` by the path that the text names them
 * by, or are well-known; one that is neither only matters when a type is missing. Reads no files.
 */
export function linkProto(text: string, imports: ReadonlyMap<string, string>): ProtoSchema {
  return new ProtoLinker(imports).link(text);
}

function isScalar(name: string): name is ScalarType {
  return scalarNames.has(name);
}

class ProtoLinker {
  readonly #imports: ReadonlyMap<string, string>;
  readonly #types = new Map<string, ProtoMessage | ProtoEnum>();
  readonly #declared: Declared[] = [];
  readonly #seen = new Set<string>();
  readonly #missing: string[] = [];

  constructor(imports: ReadonlyMap<string, string>) {
    this.#imports = imports;
  }

  link(text: string): ProtoSchema {
    const file = parseProto(text);
    const messages = this.#declareFile(file);
    this.#loadImports(file);
    for (const declared of this.#declared) this.#linkFields(declared);
    const types = this.#types;
    return { packageName: file.packageName, messages, typeOf: (fullName) => types.get(fullName) };
  }

  #loadImports(file: FileSyntax): void {
    const waiting = [...file.imports];
    for (const path of waiting) {
      if (this.#seen.has(path)) continue;
      this.#seen.add(path);
      if (this.#seen.size > mostFiles)
        throw dataError(`A Protobuf schema imports more than ${mostFiles} files`);
      const text = wellKnownFiles.get(path) ?? this.#imports.get(path);
      if (text === undefined) {
        this.#missing.push(path);
        continue;
      }
      const imported = parseProto(text);
      this.#declareFile(imported);
      waiting.push(...imported.imports);
    }
  }

  #declareFile(file: FileSyntax): ProtoMessage[] {
    const features = withFeatures(featuresOfEdition(file.edition), file.options);
    for (const each of file.enums) this.#declareEnum(each, file.packageName, features);
    return file.messages.map((each) => this.#declareMessage(each, file.packageName, features));
  }

  #declareMessage(syntax: MessageSyntax, scope: string, outer: ProtoFeatures): ProtoMessage {
    const features = withFeatures(outer, syntax.options);
    const fullName = join(scope, syntax.name);
    for (const each of syntax.enums) this.#declareEnum(each, fullName, features);
    const inner = syntax.messages.map((each) => this.#declareMessage(each, fullName, features));
    const message: MutableMessage = {
      kind: 'message',
      name: syntax.name,
      fullName,
      fields: [],
      oneofs: syntax.oneofs.map(({ name }, index) => ({
        name,
        fullName: join(fullName, name),
        index,
        fields: [],
      })),
      messages: inner.filter((_, index) => syntax.messages[index]?.isGroup === false),
    };
    this.#declare(message);
    this.#declared.push({ syntax, message, features });
    return message;
  }

  #declareEnum(syntax: EnumSyntax, scope: string, outer: ProtoFeatures): void {
    const { enum_type } = withFeatures(outer, syntax.options);
    this.#declare({
      kind: 'enum',
      name: syntax.name,
      fullName: join(scope, syntax.name),
      values: syntax.values,
      isClosed: enum_type === 'CLOSED',
    });
  }

  #declare(type: ProtoMessage | ProtoEnum): void {
    if (this.#types.has(type.fullName)) throw dataError(`Protobuf schema: ${type.fullName} is defined twice`);
    this.#types.set(type.fullName, type);
  }

  #linkFields({ syntax, message, features }: Declared): void {
    const names = new Set<string>();
    const numbers = new Set<number>();
    for (const each of syntax.fields) {
      if (names.has(each.name) || numbers.has(each.number)) {
        const place = join(message.fullName, each.name);
        throw dataError(`Protobuf schema: the name or number of ${place} is taken by another field`);
      }
      names.add(each.name);
      numbers.add(each.number);
      const oneof = each.oneof === null ? null : (message.oneofs[each.oneof] ?? null);
      const field = this.#linkField(each, message, features, oneof);
      message.fields.push(field);
      oneof?.fields.push(field);
    }
  }

  #linkField(
    syntax: FieldSyntax,
    message: ProtoMessage,
    outer: ProtoFeatures,
    oneof: (ProtoOneof & { readonly fields: ProtoField[] }) | null,
  ): ProtoField {
    const features = withFeatures(outer, syntax.options);
    const fullName = join(message.fullName, syntax.name);
    const type =
      syntax.keyType === null
        ? this.#typeOf(syntax.typeName, message.fullName, fullName)
        : this.#mapType(syntax, syntax.keyType, message, fullName, features);
    const isRepeated = syntax.label === 'repeated' || type.kind === 'map';
    const hasOptionalKeyword = syntax.label === 'optional';
    const option = optionValue(syntax.options, 'default');
    const isMessage = type.kind === 'message';
    return {
      name: syntax.name,
      fullName,
      number: syntax.number,
      type,
      isRepeated,
      isRequired: syntax.label === 'required' || features.field_presence === 'LEGACY_REQUIRED',
      hasOptionalKeyword,
      isProto3Optional: hasOptionalKeyword && features.field_presence === 'IMPLICIT',
      hasPresence:
        !isRepeated &&
        (isMessage || oneof !== null || hasOptionalKeyword || features.field_presence !== 'IMPLICIT'),
      isPacked: isRepeated && isPackable(type) && packs(syntax.options, features),
      isDelimited: isMessage && (syntax.isGroup || features.message_encoding === 'DELIMITED'),
      checksUtf8: features.utf8_validation === 'VERIFY',
      oneof,
      default:
        option === undefined || isRepeated || (type.kind !== 'scalar' && type.kind !== 'enum')
          ? undefined
          : defaultOfOption(fullName, type, option),
      params: metaParamsOf(syntax.options),
    };
  }

  #mapType(
    syntax: FieldSyntax,
    keyType: string,
    message: ProtoMessage,
    place: string,
    features: ProtoFeatures,
  ): ProtoType {
    if (!isScalar(keyType) || !keyTypes.has(keyType)) {
      throw dataError(`Protobuf schema: the keys of the map ${place} cannot be of type ${keyType}`);
    }
    const value = this.#typeOf(syntax.typeName, message.fullName, place);
    return {
      kind: 'map',
      key: entryField(place, 'key', 1, { kind: 'scalar', scalar: keyType }, features),
      value: entryField(place, 'value', 2, value, features),
    };
  }

  /** The type that a name stands for: the innermost one, looking from a message outwards. */
  #typeOf(name: string, scope: string, place: string): ProtoType {
    if (isScalar(name)) return { kind: 'scalar', scalar: name };
    if (name.startsWith('.')) {
      const type = this.#types.get(name.slice(1));
      if (type !== undefined) return type;
    } else {
      for (let outer = scope; ; outer = outer.slice(0, Math.max(0, outer.lastIndexOf('.')))) {
        const type = this.#types.get(join(outer, name));
        if (type !== undefined) return type;
        if (outer === '') break;
      }
    }
    const hint =
      this.#missing.length > 0
        ? `; no reference says what these imports are: ${this.#missing.join(', ')}`
        : '';
    throw dataError(`Protobuf schema: the type ${name} of ${place} is not defined${hint}`);
  }
}

function entryField(
  place: string,
  name: string,
  number: number,
  type: ProtoType,
  features: ProtoFeatures,
): ProtoField {
  return {
    name,
    fullName: join(place, name),
    number,
    type,
    isRepeated: false,
    isRequired: false,
    hasOptionalKeyword: false,
    isProto3Optional: false,
    // Other libraries write both fields of an entry, whatever they hold.
    hasPresence: true,
    isPacked: false,
    isDelimited: false,
    checksUtf8: features.utf8_validation === 'VERIFY',
    oneof: null,
    default: undefined,
    params: new Map(),
  };
}

function isPackable(type: ProtoType): boolean {
  return (
    type.kind === 'enum' || (type.kind === 'scalar' && type.scalar !== 'string' && type.scalar !== 'bytes')
  );
}

function packs(options: readonly ProtoOption[], features: ProtoFeatures): boolean {
  const word = optionWord(options, 'packed');
  return word === undefined ? features.repeated_field_encoding === 'PACKED' : word === 'true';
}

function join(scope: string, name: string): string {
  return scope === '' ? name : `${scope}.${name}`;
}
