import type { Field, FieldType, Message, Range, Struct } from './schema.ts';
import { intersect, isEmpty } from './schema.ts';

/**
 * Two interfaces per struct: `X` as decoded, with every field, and `XInput` for encoding, where a field may be left
 * out if it has a default of its own or is not part of every version.
 */
export function emitDeclarations(message: Message): string {
  return message.structs.map((s) => declare(s, false) + declare(s, true)).join('');
}

function declare(struct: Struct, input: boolean): string {
  const lines = struct.fields.map((field) => {
    const about = field.about === '' ? '' : `  /** ${field.about.replaceAll('*/', '* /')} */\n`;
    const optional = input && isOptional(field, struct.context) ? '?' : '';
    const nullable =
      isEmpty(intersect(field.nullable, struct.context)) && field.default !== 'null' ? '' : ' | null';
    return `${about}  readonly ${field.name}${optional}: ${typeName(field.type, input)}${nullable};\n`;
  });
  return `export interface ${struct.name}${input ? 'Input' : ''} {\n${lines.join('')}}\n`;
}

function isOptional(field: Field, context: Range): boolean {
  if (field.type.kind === 'uuid') return true;
  if (field.default !== undefined || field.ignorable || !isEmpty(field.tagged)) return true;
  return field.versions.from > context.from || field.versions.to < context.to;
}

function typeName(type: FieldType, input: boolean): string {
  switch (type.kind) {
    case 'array':
      return `readonly ${typeName(type.of, input)}[]`;
    case 'struct':
      return input ? `${type.struct.name}Input` : type.struct.name;
    case 'bool':
      return 'boolean';
    case 'string':
    case 'uuid':
      return 'string';
    case 'bytes':
      return input ? 'Uint8Array' : 'Buffer';
    case 'bigInt64':
      return 'bigint';
    default:
      return 'number';
  }
}
