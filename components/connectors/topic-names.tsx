const shown = 3;

export function TopicNames({ topics }: { readonly topics: readonly string[] }) {
  if (topics.length === 0) return <span className="text-muted">–</span>;
  return (
    <span className="break-all font-mono text-xs" title={topics.join(', ')}>
      {topics.slice(0, shown).join(', ')}
      {topics.length > shown && <span className="text-muted"> +{topics.length - shown}</span>}
    </span>
  );
}
