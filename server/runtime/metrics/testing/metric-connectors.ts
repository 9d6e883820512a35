/** A source and a sink that make a worker register every group of metrics; `folder` is for their files. */
export function metricConnectors(
  topic: string,
  folder: string,
): Readonly<Record<'lines-out' | 'lines-in', Readonly<Record<string, string>>>> {
  const transforms = 'org.apache.kafka.connect.transforms';
  return {
    'lines-out': {
      'connector.class': 'org.apache.kafka.connect.file.FileStreamSourceConnector',
      topic,
      file: `${folder}/out`,
      transforms: 'hoist',
      'transforms.hoist.type': `${transforms}.HoistField$Value`,
      'transforms.hoist.field': 'line',
      'transforms.hoist.predicate': 'named',
      predicates: 'named',
      'predicates.named.type': `${transforms}.predicates.TopicNameMatches`,
      'predicates.named.pattern': '.*',
    },
    'lines-in': {
      'connector.class': 'org.apache.kafka.connect.file.FileStreamSinkConnector',
      topics: topic,
      file: `${folder}/in`,
    },
  };
}
