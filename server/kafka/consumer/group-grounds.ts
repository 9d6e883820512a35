import { type BrokerUnderTest, brokers } from '../../testing/brokers.ts';

/** For tests: every broker with each group protocol it has. The embedded broker has only the classic one. */
export async function groupGrounds(): Promise<
  readonly (BrokerUnderTest & { readonly protocol: 'classic' | 'consumer' })[]
> {
  return (await brokers()).flatMap((broker) => {
    const protocols =
      broker.name === 'Apache Kafka' ? (['classic', 'consumer'] as const) : (['classic'] as const);
    return protocols.map((protocol) => ({ ...broker, protocol }));
  });
}
