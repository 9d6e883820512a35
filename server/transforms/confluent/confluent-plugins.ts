import type { TransformationPlugin } from '../../plugin-api/plugin.ts';
import { PluginFamily } from '../plugin-family.ts';
import { confluentTombstoneHandlerConfig, TombstoneHandler } from '../tombstone-handler.ts';
import { Drop, dropConfig } from './drop.ts';
import {
  ExtractTopic,
  ExtractTopicFromHeader,
  extractTopicConfig,
  extractTopicFromHeaderConfig,
} from './extract-topic.ts';
import { ConditionFilter, filterConfig } from './filter.ts';
import { GzipDecompress, gzipDecompressConfig } from './gzip-decompress.ts';
import { MessageTimestampRouter, messageTimestampRouterConfig } from './message-timestamp-router.ts';

const confluent = new PluginFamily(
  'io.confluent.connect.transforms',
  "The examples of Confluent's documentation; the Java transformation is not in public registries.",
  'Confluent',
);

export const confluentPlugins: readonly TransformationPlugin[] = [
  ...confluent.keyAndValue('Drop', 'Null in place of the data.', dropConfig, (side) => new Drop(side)),
  ...confluent.keyAndValue(
    'ExtractTopic',
    'The topic out of a field, or of the whole.',
    extractTopicConfig,
    (side) => new ExtractTopic(side),
  ),
  confluent.whole(
    'ExtractTopic$Header',
    'The topic out of a header.',
    extractTopicFromHeaderConfig,
    () => new ExtractTopicFromHeader(),
  ),
  ...confluent.keyAndValue(
    'Filter',
    'Keeps or drops records by a JSON path.',
    filterConfig,
    (side) => new ConditionFilter(side),
  ),
  ...confluent.keyAndValue(
    'GzipDecompress',
    'Bytes that gzip made small, in their own size.',
    gzipDecompressConfig,
    (side) => new GzipDecompress(side),
  ),
  confluent.whole(
    'MessageTimestampRouter',
    'Another topic, made of a timestamp in the value.',
    messageTimestampRouterConfig,
    () => new MessageTimestampRouter(),
  ),
  confluent.whole(
    'TombstoneHandler',
    'Drops or refuses tombstones.',
    confluentTombstoneHandlerConfig,
    () => new TombstoneHandler(confluentTombstoneHandlerConfig),
  ),
];
