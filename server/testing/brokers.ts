import { inject } from 'vitest';

export const brokerNames = ['embedded broker', 'Apache Kafka'] as const;

export interface BrokerUnderTest {
  readonly name: (typeof brokerNames)[number];
  readonly bootstrap: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the global set-up answers with a broker's address, after starting it if need be. */
    brokerDesk: string;
  }
}

/** Both, unless `MILLRACE_BROKERS=embedded` or `apache` narrows a local run; the test command never sets it. */
export function wantedBrokers(): readonly BrokerUnderTest['name'][] {
  const wanted = process.env.MILLRACE_BROKERS;
  return brokerNames.filter((name) => wanted === undefined || name.toLowerCase().startsWith(wanted));
}

/**
 * The brokers every contract suite runs against, shared by the whole test run; started when first asked for:
 * `describe.each(await brokers())('producer on $name', …)`. Use topic and group names of your own.
 */
export async function brokers(): Promise<readonly BrokerUnderTest[]> {
  return await Promise.all(
    wantedBrokers().map(async (name) => {
      const answer = await fetch(`${inject('brokerDesk')}/${encodeURIComponent(name)}`);
      if (!answer.ok) throw new Error(`${name} did not start: ${await answer.text()}`);
      return { name, bootstrap: await answer.text() };
    }),
  );
}
