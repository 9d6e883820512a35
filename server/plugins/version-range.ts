import { ConnectError } from '../errors/connect-error.ts';
import { compareVersions } from './maven-version.ts';

interface Part {
  /** null: unbounded. */
  readonly from: string | null;
  readonly to: string | null;
  readonly isFromIncluded: boolean;
  readonly isToIncluded: boolean;
}

/**
 * Versions in Maven's notation (KIP-891): `1.2.3` is exactly that, `[1.0,2.0)`, `(,3.0]`, `[1.1]`, several ranges
 * parted by commas.
 */
export class VersionRange {
  readonly #parts: readonly Part[];

  private constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  /** null stands for any version: the setting is absent or exactly `latest`. Throws a `config` error for other text. */
  static parse(text: string | null | undefined): VersionRange | null {
    if (text === null || text === undefined || text === 'latest') return null;
    const spec = text.trim();
    const isRange = spec.startsWith('[') || spec.startsWith('(');
    return new VersionRange(parseParts(isRange ? spec : `[${spec}]`, text));
  }

  has(version: string): boolean {
    return this.#parts.some(({ from, to, isFromIncluded, isToIncluded }) => {
      const fromOrder = from === null ? 1 : compareVersions(version, from);
      const toOrder = to === null ? -1 : compareVersions(version, to);
      return (
        (fromOrder > 0 || (fromOrder === 0 && isFromIncluded)) &&
        (toOrder < 0 || (toOrder === 0 && isToIncluded))
      );
    });
  }

  /** As Maven writes it, with both ends: `[1.2.3,1.2.3]`. */
  toString(): string {
    return this.#parts
      .map(
        ({ from, to, isFromIncluded, isToIncluded }) =>
          `${isFromIncluded ? '[' : '('}${from ?? ''},${to ?? ''}${isToIncluded ? ']' : ')'}`,
      )
      .join(',');
  }
}

function parseParts(spec: string, text: string): readonly Part[] {
  const parts: Part[] = [];
  let rest = spec;
  while (rest.startsWith('[') || rest.startsWith('(')) {
    const end = rest.search(/[\])]/);
    if (end === -1) throw malformed(text);
    const part = parsePart(rest.slice(0, end + 1), text);
    const before = parts.at(-1);
    if (before !== undefined && before.to !== null) {
      if (part.from === null || compareVersions(part.from, before.to) < 0) throw malformed(text);
    }
    parts.push(part);
    rest = rest.slice(end + 1).trim();
    if (rest.startsWith(',')) rest = rest.slice(1).trim();
  }
  if (rest !== '') throw malformed(text);
  return parts;
}

function parsePart(part: string, text: string): Part {
  const isFromIncluded = part.startsWith('[');
  const isToIncluded = part.endsWith(']');
  const inner = part.slice(1, -1).trim();
  const comma = inner.indexOf(',');
  if (comma === -1) {
    if (!isFromIncluded || !isToIncluded) throw malformed(text);
    return { from: inner, to: inner, isFromIncluded, isToIncluded };
  }
  const from = inner.slice(0, comma).trim();
  const to = inner.slice(comma + 1).trim();
  if (from !== '' && to !== '') {
    const order = compareVersions(to, from);
    if (order < 0 || (order === 0 && (!isFromIncluded || !isToIncluded))) throw malformed(text);
  }
  return { from: from === '' ? null : from, to: to === '' ? null : to, isFromIncluded, isToIncluded };
}

function malformed(text: string): ConnectError {
  return new ConnectError('config', `Invalid version specification: ${text}`);
}
