import { bundledVersion } from '../plugin-api/bundled-version.ts';
import type { PredicatePlugin } from '../plugin-api/plugin.ts';
import { HasHeaderKey, hasHeaderKeyConfig } from './has-header-key.ts';
import { RecordIsTombstone, recordIsTombstoneConfig } from './record-is-tombstone.ts';
import { TopicNameMatches, topicNameMatchesConfig } from './topic-name-matches.ts';

const about = {
  type: 'predicate',
  version: bundledVersion,
  support: 'supported',
  system: 'records',
  verified: 'Answers of the Java predicate of Apache Kafka 4.3.1, case by case.',
} as const;

const packageName = 'org.apache.kafka.connect.transforms.predicates';

/** Every predicate that comes with Millrace. */
export const predicatePlugins: readonly PredicatePlugin[] = [
  {
    ...about,
    className: `${packageName}.HasHeaderKey`,
    title: 'HasHeaderKey',
    summary: 'Records that have a header of a name.',
    config: hasHeaderKeyConfig,
    createPredicate: () => new HasHeaderKey(),
  },
  {
    ...about,
    className: `${packageName}.RecordIsTombstone`,
    title: 'RecordIsTombstone',
    summary: 'Records without a value.',
    config: recordIsTombstoneConfig,
    createPredicate: () => new RecordIsTombstone(),
  },
  {
    ...about,
    className: `${packageName}.TopicNameMatches`,
    title: 'TopicNameMatches',
    summary: 'Records whose topic matches a regular expression.',
    config: topicNameMatchesConfig,
    createPredicate: () => new TopicNameMatches(),
  },
];
