import type { ConnectorSummary } from '../../server/entities/console-connector.ts';

type Test = (connector: ConnectorSummary, value: string) => boolean;

const includes = (text: string, part: string) => text.toLowerCase().includes(part);

/** `key:value` words of a query. Values are lower case. */
const tests: Readonly<Record<string, Test>> = {
  state: ({ health }, value) => health.state === value,
  type: ({ type }, value) => type === value,
  plugin: ({ pluginTitle, className }, value) => includes(pluginTitle, value) || includes(className, value),
  topic: ({ topics }, value) => topics.some((topic) => includes(topic, value)),
  worker: ({ workerId, tasks }, value) =>
    includes(workerId ?? '', value) || tasks.some((task) => includes(task.workerId, value)),
  task: ({ tasks }, value) => tasks.some((task) => task.state === value),
};

/**
 * All words must fit. `state:failed`, `type:sink`, `plugin:file`, `topic:orders`, `worker:w2`, `task:failed`; several
 * values by comma mean any of them; any other word is sought in name, plugin and topics.
 */
export function filterConnectors(
  connectors: readonly ConnectorSummary[],
  query: string,
): readonly ConnectorSummary[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return connectors;
  return connectors.filter((connector) => words.every((word) => fits(connector, word)));
}

function fits(connector: ConnectorSummary, word: string): boolean {
  const colon = word.indexOf(':');
  const test = colon > 0 ? tests[word.slice(0, colon)] : undefined;
  if (test !== undefined) {
    const values = word
      .slice(colon + 1)
      .split(',')
      .filter(Boolean);
    return values.length === 0 || values.some((value) => test(connector, value));
  }
  return (
    includes(connector.name, word) ||
    includes(connector.pluginTitle, word) ||
    connector.topics.some((topic) => includes(topic, word))
  );
}
