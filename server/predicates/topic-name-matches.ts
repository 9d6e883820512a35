import { defineConfig } from '../config/define-config.ts';
import { string } from '../config/kinds.ts';
import { parseConfig } from '../config/parse-config.ts';
import { allOf, nonEmptyString } from '../config/validators.ts';
import { LinearRegex, linearRegex } from '../plugin-api/linear-regex.ts';
import type { Settings } from '../plugin-api/source-connector.ts';
import type { Predicate } from '../plugin-api/transformation.ts';
import type { ConnectRecord } from '../records/record.ts';

export const topicNameMatchesConfig = defineConfig({
  pattern: string({
    importance: 'MEDIUM',
    documentation:
      "Regular expression in the syntax of Java that is to match the whole name of a record's topic.",
    validator: allOf(nonEmptyString(), linearRegex()),
  }),
});

export class TopicNameMatches implements Predicate {
  #pattern = new LinearRegex('');
  #lastTopic: string | null = null;
  #lastAnswer = false;

  configure(settings: Settings): void {
    this.#pattern = new LinearRegex(parseConfig(topicNameMatchesConfig, settings).pattern);
    this.#lastTopic = null;
  }

  test({ topic }: ConnectRecord): boolean {
    // Records of one topic come in a row.
    if (topic !== this.#lastTopic) {
      this.#lastAnswer = this.#pattern.matches(topic);
      this.#lastTopic = topic;
    }
    return this.#lastAnswer;
  }
}
