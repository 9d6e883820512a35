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

/**
 * The brokers every contract suite runs against, shared by the whole test run; started when first asked for:
 * `describe.each(await brokers())('producer on $name', …)`. Use topic and group names of your own.
 * `MILLRACE_BROKERS=embedded` or `apache` narrows a local run; the test command never sets it.
 */
export async function brokers(): Promise<readonly BrokerUnderTest[]> {
  const wanted = process.env.MILLRACE_BROKERS;
  const names = brokerNames.filter((name) => wanted === undefined || name.toLowerCase().startsWith(wanted));
  return await Promise.all(
    names.map(async (name) => {
      const answer = await fetch(`${inject('brokerDesk')}/${encodeURIComponent(name)}`);
      if (!answer.ok) throw new Error(`${name} did not start: ${await answer.text()}`);
      return { name, bootstrap: await answer.text() };
    }),
  );
}
