import { type BrokerUnderTest, brokers } from '../../../testing/brokers.ts';

/** For tests: every broker with each group protocol. */
export async function groupGrounds(): Promise<
  readonly (BrokerUnderTest & { readonly protocol: 'classic' | 'consumer' })[]
> {
  const protocols = ['classic', 'consumer'] as const;
  return (await brokers()).flatMap((broker) => protocols.map((protocol) => ({ ...broker, protocol })));
}
