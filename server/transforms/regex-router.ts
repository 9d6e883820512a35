import { defineConfig } from '../config/define-config.ts';
import { string } from '../config/kinds.ts';
import { parseConfig } from '../config/parse-config.ts';
import { LinearRegex, linearRegex } from '../plugin-api/linear-regex.ts';
import type { Settings } from '../plugin-api/source-connector.ts';
import type { Transformation } from '../plugin-api/transformation.ts';
import type { ConnectRecord } from '../records/record.ts';

export const regexRouterConfig = defineConfig({
  regex: string({
    importance: 'HIGH',
    documentation:
      'Regular expression in the syntax of Java; topics that it matches wholly get another name.',
    validator: linearRegex(),
  }),
  replacement: string({
    importance: 'HIGH',
    documentation: `What takes the place of the first match; $1 and \${name} are groups of the expression.`,
  }),
});

/** How many topics' new names are remembered. */
const mostTopics = 1000;

export class RegexRouter implements Transformation {
  #regex = new LinearRegex('');
  #replacement = '';
  readonly #routes = new Map<string, string>();

  configure(settings: Settings): void {
    const config = parseConfig(regexRouterConfig, settings);
    this.#regex = new LinearRegex(config.regex);
    this.#replacement = config.replacement;
    this.#routes.clear();
  }

  apply<R extends ConnectRecord>(record: R): R {
    const topic = this.#routes.get(record.topic) ?? this.#route(record.topic);
    return topic === record.topic ? record : { ...record, topic };
  }

  #route(topic: string): string {
    const route = this.#regex.matches(topic) ? this.#regex.replaceFirst(topic, this.#replacement) : topic;
    if (this.#routes.size >= mostTopics) this.#routes.clear();
    this.#routes.set(topic, route);
    return route;
  }
}
