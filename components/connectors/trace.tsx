interface TraceProps {
  readonly rootCause: string | null;
  readonly trace: string;
}

/** Root cause first; the whole trace on demand. */
export function Trace({ rootCause, trace }: TraceProps) {
  return (
    <div className="rounded-md border border-failed/30 bg-failed/5">
      <p className="break-words px-3 py-2 text-failed text-sm">{rootCause ?? trace.split('\n')[0]}</p>
      <details className="border-failed/20 border-t">
        <summary className="px-3 py-1.5 text-muted text-sm hover:text-ink">Whole trace</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area has to be reachable by keyboard */}
        <pre tabIndex={0} className="max-h-96 overflow-auto px-3 pb-3 font-mono text-xs leading-5">
          {trace}
        </pre>
      </details>
    </div>
  );
}
