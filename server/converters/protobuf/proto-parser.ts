import type { ProtoEnumValue } from './proto-model.ts';
import { optionWord, type ProtoOption, readOptionList, readOptionStatement } from './proto-options.ts';
import type { EnumSyntax, FieldSyntax, FileSyntax, MessageSyntax, OneofSyntax } from './proto-syntax.ts';
import { ProtoTokens } from './proto-tokens.ts';

const deepestMessage = 64;
const largestNumber = 536_870_911;

interface MessageDraft {
  readonly options: ProtoOption[];
  readonly fields: FieldSyntax[];
  readonly oneofs: OneofSyntax[];
  readonly messages: MessageSyntax[];
  readonly enums: EnumSyntax[];
}

/** Reads a .proto text. Throws a `data` error that names the line. */
export function parseProto(text: string): FileSyntax {
  return new ProtoParser(new ProtoTokens(text)).file();
}

class ProtoParser {
  readonly #tokens: ProtoTokens;
  #edition = 'proto2';

  constructor(tokens: ProtoTokens) {
    this.#tokens = tokens;
  }

  file(): FileSyntax {
    const tokens = this.#tokens;
    const imports: string[] = [];
    const draft = newDraft();
    let packageName = '';
    while (tokens.kind !== 'end') {
      if (tokens.take(';')) continue;
      if (tokens.take('syntax') || tokens.take('edition')) {
        this.#edition = this.#readEdition();
      } else if (tokens.take('package')) {
        packageName = tokens.dottedName('the name of the package');
        tokens.require(';');
      } else if (tokens.take('import')) {
        imports.push(this.#readImport());
      } else if (tokens.take('service')) {
        tokens.identifier('the name of a service');
        this.#skipBlock();
      } else if (!this.#readDeclaration(draft, 0)) {
        throw tokens.unexpected('a declaration');
      }
    }
    return { ...draft, edition: this.#edition, packageName, imports };
  }

  #readEdition(): string {
    const tokens = this.#tokens;
    tokens.require('=');
    const edition = tokens.stringBytes('a version in quotes').toString('utf8');
    if (!/^(?:proto[23]|20\d\d)$/.test(edition)) throw tokens.error('this version of Protobuf is not known');
    tokens.require(';');
    return edition;
  }

  #readImport(): string {
    const tokens = this.#tokens;
    if (tokens.kind === 'word') tokens.advance();
    const path = tokens.stringBytes('the path of an import').toString('utf8');
    tokens.require(';');
    return path;
  }

  /** What may stand in a file and in a message alike. False: it is something else. */
  #readDeclaration(into: MessageDraft, depth: number): boolean {
    const tokens = this.#tokens;
    if (this.#edition >= '2024' && this.#edition < 'proto' && !tokens.take('export')) tokens.take('local');
    if (tokens.take('message')) {
      into.messages.push(this.#readMessage(depth + 1));
    } else if (tokens.take('enum')) {
      into.enums.push(this.#readEnum());
    } else if (tokens.take('option')) {
      into.options.push(readOptionStatement(tokens));
    } else if (tokens.take('extend')) {
      // The fields of extensions are unknown to whoever reads a message by its schema.
      tokens.dottedName('the name of a message');
      this.#skipBlock();
    } else {
      return false;
    }
    return true;
  }

  #readMessage(depth: number): MessageSyntax {
    const name = this.#tokens.identifier('the name of a message');
    return { ...this.#readMessageBody(depth), name, isGroup: false };
  }

  #readMessageBody(depth: number): MessageDraft {
    const tokens = this.#tokens;
    if (depth > deepestMessage) {
      throw tokens.error(`messages are declared more than ${deepestMessage} deep inside each other`);
    }
    const draft = newDraft();
    tokens.require('{');
    while (!tokens.take('}')) {
      if (tokens.take(';')) continue;
      // A field may have a type of this name: then a name follows rather than a number or a quote.
      if (tokens.isNext('reserved') || tokens.isNext('extensions')) {
        this.#skipStatement();
      } else if (tokens.take('oneof')) {
        this.#readOneof(draft, depth);
      } else if (!this.#readDeclaration(draft, depth)) {
        this.#readField(draft, depth, null);
      }
    }
    tokens.take(';');
    return draft;
  }

  #readOneof(draft: MessageDraft, depth: number): void {
    const tokens = this.#tokens;
    const index = draft.oneofs.length;
    const options: ProtoOption[] = [];
    draft.oneofs.push({ name: tokens.identifier('the name of a oneof'), options });
    tokens.require('{');
    while (!tokens.take('}')) {
      if (tokens.take(';')) continue;
      if (tokens.take('option')) options.push(readOptionStatement(tokens));
      else this.#readField(draft, depth, index);
    }
  }

  #readField(draft: MessageDraft, depth: number, oneof: number | null): void {
    const tokens = this.#tokens;
    const label = this.#readLabel(oneof);
    let typeName = tokens.dottedName('the type of a field');
    if (typeName === 'group') {
      this.#readGroup(draft, depth, oneof, label);
      return;
    }
    let keyType: string | null = null;
    if (typeName === 'map' && label === null && oneof === null && tokens.take('<')) {
      keyType = tokens.word("the type of a map's keys");
      tokens.require(',');
      typeName = tokens.dottedName("the type of a map's values");
      tokens.require('>');
    }
    const name = tokens.identifier('the name of a field');
    const number = this.#readNumber();
    const options = readOptionList(tokens);
    tokens.require(';');
    draft.fields.push({ name, number, label, typeName, keyType, isGroup: false, oneof, options });
  }

  #readLabel(oneof: number | null): FieldSyntax['label'] {
    if (oneof !== null) return null;
    for (const label of ['optional', 'repeated', 'required'] as const) {
      if (this.#tokens.take(label)) return label;
    }
    return null;
  }

  #readGroup(draft: MessageDraft, depth: number, oneof: number | null, label: FieldSyntax['label']): void {
    const tokens = this.#tokens;
    const typeName = tokens.identifier('the name of a group');
    const number = this.#readNumber();
    const options = readOptionList(tokens);
    draft.messages.push({ ...this.#readMessageBody(depth + 1), name: typeName, isGroup: true });
    const name = typeName.toLowerCase();
    draft.fields.push({ name, number, label, typeName, keyType: null, isGroup: true, oneof, options });
  }

  #readNumber(): number {
    const tokens = this.#tokens;
    tokens.require('=');
    const number = tokens.integer('the number of a field');
    if (number < 1n || number > largestNumber) {
      throw tokens.error(`the number of a field must lie within 1 and ${largestNumber}`);
    }
    return Number(number);
  }

  #readEnum(): EnumSyntax {
    const tokens = this.#tokens;
    const name = tokens.identifier('the name of an enum');
    const values: ProtoEnumValue[] = [];
    const options: ProtoOption[] = [];
    tokens.require('{');
    while (!tokens.take('}')) {
      if (tokens.take(';')) continue;
      if (tokens.take('option')) {
        options.push(readOptionStatement(tokens));
        continue;
      }
      const valueName = tokens.identifier('the name of a value');
      if (valueName === 'reserved' && !tokens.isNext('=')) {
        this.#skipStatement();
        continue;
      }
      tokens.require('=');
      const number = tokens.integer('a number');
      if (BigInt.asIntN(32, number) !== number) throw tokens.error('the number of a value has 32 bits');
      readOptionList(tokens);
      tokens.require(';');
      values.push({ name: valueName, number: Number(number) });
    }
    if (values.length === 0) throw tokens.error(`the enum ${name} has no values`);
    if (optionWord(options, 'allow_alias') !== 'true') this.#requireDistinct(name, values);
    return { name, options, values };
  }

  #requireDistinct(name: string, values: readonly ProtoEnumValue[]): void {
    if (new Set(values.map((value) => value.number)).size < values.length) {
      throw this.#tokens.error(`the enum ${name} has two values of one number, and no option allow_alias`);
    }
  }

  /** To the semicolon; lists of options may hold one in a string only. */
  #skipStatement(): void {
    const tokens = this.#tokens;
    while (!tokens.take(';')) {
      if (tokens.kind === 'end' || tokens.isNext('}')) throw tokens.unexpected("';'");
      tokens.advance();
    }
  }

  #skipBlock(): void {
    const tokens = this.#tokens;
    tokens.require('{');
    for (let depth = 1; depth > 0; tokens.advance()) {
      if (tokens.kind === 'end') throw tokens.unexpected("'}'");
      if (tokens.isNext('{')) depth += 1;
      if (tokens.isNext('}')) depth -= 1;
    }
  }
}

function newDraft(): MessageDraft {
  return { options: [], fields: [], oneofs: [], messages: [], enums: [] };
}
