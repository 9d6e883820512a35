import type { RecordContent } from '../../server/entities/console-topic.ts';

type Bytes = NonNullable<RecordContent>;

/** `auto`: JSON where it is JSON, else text where it is text, else bytes. */
export const contentFormats = ['auto', 'text', 'json', 'hex'] as const;
export type ContentFormat = (typeof contentFormats)[number];

export interface ShownContent {
  readonly format: Exclude<ContentFormat, 'auto'>;
  readonly text: string;
}

/** Deeper JSON would be mostly blanks. */
const maxDepth = 64;
const bytesPerLine = 16;

/** Text to show. JSON that cannot be read as such is shown as text, bytes that are no text as far as they are. */
export function showContent(content: Bytes, format: ContentFormat): ShownContent {
  const isText = content.encoding === 'utf-8';
  if (format === 'hex' || (format === 'auto' && !isText)) {
    return { format: 'hex', text: hexDump(bytesOf(content)) };
  }
  const text = isText ? content.data : new TextDecoder().decode(bytesOf(content));
  const json = format === 'text' ? null : prettyJson(text, format === 'auto');
  return json === null ? { format: 'text', text } : { format: 'json', text: json };
}

/** One line for a list, of at most `length` characters. */
export function previewOf(content: Bytes, format: ContentFormat, length = 160): string {
  if (format === 'hex' || (format === 'auto' && content.encoding === 'base64')) {
    return hexOf(bytesOf(content).subarray(0, Math.ceil(length / 3)));
  }
  const text = content.encoding === 'utf-8' ? content.data : new TextDecoder().decode(bytesOf(content));
  return text
    .slice(0, length * 4)
    .replaceAll(/\s+/g, ' ')
    .slice(0, length);
}

export function bytesOf({ encoding, data }: Bytes): Uint8Array {
  if (encoding === 'utf-8') return new TextEncoder().encode(data);
  return Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
}

/** `00000000  68 65 6c 6c 6f  hello`, as hexdump prints it. */
function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; start += bytesPerLine) {
    const line = bytes.subarray(start, start + bytesPerLine);
    const readable = [...line].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'));
    const place = start.toString(16).padStart(8, '0');
    lines.push(`${place}  ${hexOf(line).padEnd(bytesPerLine * 3 - 1)}  ${readable.join('')}`);
  }
  return lines.join('\n');
}

function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/**
 * JSON with each member on a line of its own; null when it is none. Only blanks are changed: numbers keep their digits,
 * also those that JavaScript could not hold. `onlyNested`: a number or string alone is no JSON to speak of.
 */
export function prettyJson(text: string, onlyNested = false): string | null {
  if (onlyNested && !/^\s*[[{]/.test(text)) return null;
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  let depth = 0;
  let out = '';
  for (const [index, token] of tokens.entries()) {
    const isOpening = token === '{' || token === '[';
    const isClosing = token === '}' || token === ']';
    const before = tokens[index - 1];
    const isAfterOpening = before === '{' || before === '[';
    if (isClosing) {
      depth--;
      if (!isAfterOpening) out += `\n${'  '.repeat(depth)}`;
    } else if (isAfterOpening || before === ',') {
      out += `\n${'  '.repeat(depth)}`;
    }
    out += token === ':' ? ': ' : token;
    if (isOpening) depth++;
    if (depth > maxDepth) return null;
  }
  return out;
}
