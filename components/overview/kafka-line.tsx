import type { ClusterState } from '../../server/entities/console-cluster.ts';

/** Where this worker is and which Kafka it uses. */
export function KafkaLine({ cluster }: { readonly cluster: ClusterState }) {
  const { kafka, mode, restUrl } = cluster;
  if (kafka === null) return null;
  return (
    <span className="break-words">
      {mode === 'standalone' ? 'Standalone worker' : 'Distributed worker'} on{' '}
      {kafka.embedded ? 'the embedded broker' : 'Kafka'}{' '}
      <span className="inline-block max-w-full break-words font-mono text-xs">{kafka.bootstrap}</span>
      {restUrl !== null && (
        <>
          {' · '}Connect REST{' '}
          <span className="inline-block max-w-full break-words font-mono text-xs">{restUrl}</span>
        </>
      )}
    </span>
  );
}
