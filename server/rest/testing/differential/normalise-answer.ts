import type { IncomingHttpHeaders } from 'node:http';
import type { ComparedAnswer } from './rest-case.ts';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface OwnWords {
  readonly restUrl: string;
  readonly side: string;
  readonly folder: string;
}

const comparedHeaders = ['content-type', 'location', 'allow'] as const;

/** Replaces what must differ between two workers, and what has no order, by the same rules for both. */
export function toComparedAnswer({ status, headers, text }: RawAnswer, own: OwnWords): ComparedAnswer {
  const common = (value: string): string =>
    value
      .replaceAll(own.restUrl, 'http://WORKER')
      .replaceAll(new URL(own.restUrl).host, 'WORKER')
      .replaceAll(own.side, 'SIDE')
      .replaceAll(own.folder, 'FOLDER');
  const compared: Record<string, string> = {};
  for (const name of comparedHeaders) {
    const value = headers[name];
    if (value !== undefined) compared[name] = common(value);
  }
  if (compared.allow !== undefined) compared.allow = sortedWords(compared.allow);
  return { status, headers: compared, body: text === '' ? undefined : toBody(common(text)) };
}

function toBody(text: string): unknown {
  try {
    return toComparable(JSON.parse(text, keepExact), '');
  } catch {
    return text.startsWith('<') ? '(a page of HTML)' : sortedWords(text);
  }
}

/** Integers beyond 2^53 as their text. */
function keepExact(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source;
  return typeof value === 'number' &&
    source !== undefined &&
    !Number.isSafeInteger(value) &&
    /^-?\d+$/.test(source)
    ? `${source} exactly`
    : value;
}

/** The list of methods comes in any order. */
function sortedWords(text: string): string {
  return /^[A-Z]+(,\s*[A-Z]+)*$/.test(text) ? text.split(/,\s*/).sort().join(', ') : text;
}

function toComparable(value: unknown, key: string): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => toComparable(item, ''));
    return isUnordered(key, items) ? sorted(items) : items;
  }
  if (typeof value === 'object' && value !== null) {
    const isState = 'worker_id' in value;
    const isPlugin = 'class' in value;
    const rules = 'name' in value && isPluginVersion(value.name) ? versionRules : byRule;
    return Object.fromEntries(
      Object.entries(value)
        // Java gives or leaves out the version of a state by chance.
        .filter(([name]) => !(isState && name === 'version'))
        .map(([name, member]) => [
          name,
          (isPlugin && name === 'version' ? aVersion : rules[name])?.(member) ?? toComparable(member, name),
        ]),
    );
  }
  return value;
}

/** Names of connectors, of topics and offsets come in the order of a hash. */
function isUnordered(key: string, items: readonly unknown[]): boolean {
  return (
    key === 'offsets' || key === 'topics' || (key === '' && items.every((item) => typeof item === 'string'))
  );
}

function sorted(items: readonly unknown[]): unknown[] {
  const text = (item: unknown): string => JSON.stringify(item);
  return [...items].sort((one, other) => (text(one) < text(other) ? -1 : 1));
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

/** Undefined leaves the value as it is. */
const byRule: Readonly<Record<string, (value: unknown) => string | undefined>> = {
  trace: (value) => (isText(value) ? '(a trace)' : undefined),
  // Of a plugin; that of the worker stands beside the commit.
  message: (value) =>
    typeof value === 'string' && value.includes('available versions: [')
      ? value.replace(/available versions: \[[^\]]+\]/, 'available versions: [of the plugin]')
      : undefined,
  commit: (value) => (isText(value) ? '(a commit)' : undefined),
  documentation: (value) => (isText(value) ? '(a sentence)' : undefined),
  last_modified: (value) => (typeof value === 'number' && value > 1.5e12 ? '(a time)' : undefined),
};

const aVersion = (value: unknown): string | undefined => (isText(value) ? '(a version)' : undefined);

const versionRules: typeof byRule = {
  ...byRule,
  default_value: aVersion,
  value: aVersion,
  recommended_values: (value) => (Array.isArray(value) && value.every(isText) ? '(versions)' : undefined),
};

function isPluginVersion(name: unknown): boolean {
  return /^(connector|(transforms|predicates)\.[^.]+)\.plugin\.version$/.test(String(name));
}
