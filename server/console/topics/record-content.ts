import type { RecordContent } from '../../entities/console-topic.ts';

/** The first `maxBytes` of a key, value or header: as text where they are text, else as base64. */
export function toContent(bytes: Uint8Array | null, maxBytes: number): RecordContent {
  if (bytes === null) return null;
  const shown = bytes.subarray(0, maxBytes);
  const isCut = shown.length < bytes.length;
  const text = decode(shown, isCut);
  return text === null
    ? { size: bytes.length, encoding: 'base64', data: Buffer.from(shown).toString('base64'), isCut }
    : { size: bytes.length, encoding: 'utf-8', data: text, isCut };
}

function decode(bytes: Uint8Array, isCut: boolean): string | null {
  try {
    // `stream`: a character that the cut goes through is left out.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: isCut });
    return bytes.some(isControl) ? null : text;
  } catch {
    return null;
  }
}

/** Other than tab, line feed and carriage return: bytes that only happen to be valid UTF-8. */
function isControl(byte: number): boolean {
  return byte === 0x7f || (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
}
