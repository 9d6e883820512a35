import type { KafkaClientOptions } from './ports/kafka-client.ts';
import type { Properties } from './ports/properties.ts';

/** Settings that were warned of already. */
export type UnknownSettings = Set<string>;

/**
 * Settings of Java's clients without a meaning here (their metrics, serializers and interceptors): silently accepted,
 * because existing worker files carry them.
 */
const accepted =
  /^(?:metrics?\.|(?:key|value)\.(?:de)?serializer$|interceptor\.classes$|config\.providers|enable\.metrics\.push$|metadata\.recovery\.|security\.providers$|security\.protocol$|sasl\.|ssl\.|group\.remote\.assignor$|share\.|internal\.|transaction\.two\.phase)/;

/** One line for each setting that nothing reads; a misspelled key would otherwise go unnoticed. Never shows values. */
export function warnOfUnknownSettings(
  kind: string,
  properties: Properties,
  known: ReadonlySet<string>,
  warned: UnknownSettings,
  log: KafkaClientOptions['log'],
): void {
  for (const key of Object.keys(properties)) {
    const id = `${kind} ${key}`;
    if (known.has(key) || accepted.test(key) || warned.has(id)) continue;
    warned.add(id);
    log?.('warn', `the ${kind} configuration '${key}' was supplied but isn't a known config`);
  }
}
