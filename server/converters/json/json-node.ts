import { JsonDecimal } from './json-decimal.ts';
import { jsonText } from './json-text.ts';

/**
 * Parsed JSON without loss: whole numbers are bigints, others keep their text, objects are Maps in the order of their
 * members, the last of equal names winning.
 */
export type JsonNode = null | boolean | string | bigint | JsonDecimal | JsonNode[] | Map<string, JsonNode>;

/** Name of the kind of a node as Jackson calls it. */
export function nodeType(node: JsonNode): string {
  if (node === null) return 'NULL';
  if (Array.isArray(node)) return 'ARRAY';
  if (node instanceof JsonDecimal || typeof node === 'bigint') return 'NUMBER';
  if (node instanceof Map) return 'OBJECT';
  return typeof node === 'string' ? 'STRING' : 'BOOLEAN';
}

/** The node as JSON again. */
export function textOfNode(node: JsonNode): string {
  if (typeof node === 'string') return jsonText(node);
  if (node instanceof JsonDecimal) return node.text;
  if (Array.isArray(node)) return `[${node.map(textOfNode).join(',')}]`;
  if (node instanceof Map) {
    return `{${[...node].map(([name, value]) => `${jsonText(name)}:${textOfNode(value)}`).join(',')}}`;
  }
  return String(node);
}
