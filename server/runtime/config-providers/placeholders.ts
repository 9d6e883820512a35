/** One `${provider:path:key}` or `${provider:key}` in a text. */
export interface Placeholder {
  readonly start: number;
  /** After its `}`. */
  readonly end: number;
  readonly provider: string;
  /** Empty when there is none. */
  readonly path: string;
  readonly key: string;
}

/**
 * The placeholders of a text, in order: the matches of Apache's `\$\{([^}]*?):(([^}]*?):)?([^}]*?)\}`, found in one
 * pass, since that expression takes cubic time on a text of colons.
 */
export function findPlaceholders(text: string): readonly Placeholder[] {
  const found: Placeholder[] = [];
  let start = text.indexOf('${');
  while (start >= 0) {
    const close = text.indexOf('}', start + 2);
    if (close < 0) break;
    const end = close + 1;
    const first = text.indexOf(':', start + 2);
    if (first >= 0 && first < close) {
      const second = text.indexOf(':', first + 1);
      const hasPath = second >= 0 && second < close;
      found.push({
        start,
        end,
        provider: text.slice(start + 2, first),
        path: hasPath ? text.slice(first + 1, second) : '',
        key: text.slice((hasPath ? second : first) + 1, close),
      });
    }
    start = text.indexOf('${', end);
  }
  return found;
}
