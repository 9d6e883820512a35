/** The innermost cause of a trace as one line: what people read first. */
export function rootCauseOf(trace: string | null): string | null {
  if (trace === null) return null;
  const lines = trace.split('\n').map((line) => line.trim());
  const causes = lines.filter((line) => /^(Caused by:|\[cause\]:)/.test(line));
  const line = causes.at(-1)?.replace(/^(Caused by:|\[cause\]:)\s*/, '') ?? lines.find((text) => text !== '');
  if (line === undefined) return null;
  const withoutBrace = line.replace(/\s*\{$/, '');
  return withoutBrace.length > 500 ? `${withoutBrace.slice(0, 499)}…` : withoutBrace;
}
