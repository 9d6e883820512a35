import { ask, hasStatus, isIn, mentions, type RestCase } from './rest-case.ts';

const source = '/connectors/source/offsets';
const sink = '/connectors/sink-SIDE/offsets';
const file = { filename: 'FOLDER/input' };
const alter = (
  name: string,
  path: string,
  offsets: unknown,
  options: Pick<RestCase, 'until'> = {},
): RestCase => ask(`alter: ${name}`, `PATCH ${path}`, { body: { offsets }, ...options });
const partition = { kafka_topic: 'plain-SIDE', kafka_partition: 0 };

export const topicCases: readonly RestCase[] = [
  ask('topics of the source', 'GET /connectors/source/topics', { until: mentions('lines-SIDE') }),
  ask('topics of the sink', 'GET /connectors/sink-SIDE/topics', { until: mentions('plain-SIDE') }),
  ask('reset the topics of the sink', 'PUT /connectors/sink-SIDE/topics/reset'),
  ask('topics of the sink after reset', 'GET /connectors/sink-SIDE/topics', {
    until: (answer) => !mentions('plain-SIDE')?.(answer),
  }),
  ask('reset them again', 'PUT /connectors/sink-SIDE/topics/reset'),
  ask('topics of one that never ran', 'GET /connectors/stopped/topics'),
];

export const offsetCases: readonly RestCase[] = [
  ask('offsets of the source', `GET ${source}`, { until: mentions('"position":14') }),
  ask('offsets of the sink', `GET ${sink}`, { until: mentions('"kafka_offset":4') }),
  ask('offsets of one that never ran', 'GET /connectors/stopped/offsets'),
  alter('a source that runs', source, [{ partition: file, offset: { position: 4 } }]),
  ask('reset of a source that runs', `DELETE ${source}`),
  alter('a sink that runs', sink, [{ partition, offset: { kafka_offset: 1 } }]),
  ask('reset of a sink that runs', `DELETE ${sink}`),
  ask('stop the source', 'PUT /connectors/source/stop'),
  ask('stop the source again', 'PUT /connectors/source/stop'),
  ask('stop the sink', 'PUT /connectors/sink-SIDE/stop'),
  ask('the source stopped', 'GET /connectors/source/status', { until: isIn('STOPPED', 0) }),
  ask('the sink stopped', 'GET /connectors/sink-SIDE/status', { until: isIn('STOPPED', 0) }),
  ask('tasks of the source when stopped', 'GET /connectors/source/tasks'),
  ask('the source when stopped', 'GET /connectors/source'),
  ask('restart of a task that went', 'POST /connectors/source/tasks/0/restart', {
    isFinal: true,
    until: ({ status, body }) => status === 404 || /no known leader/.test(JSON.stringify(body)),
  }),
  ask('status of a task that went', 'GET /connectors/source/tasks/0/status'),
  alter('a source', source, [{ partition: file, offset: { position: 4 } }], { until: hasStatus(200) }),
  ask('offsets of the source altered', `GET ${source}`),
  alter('one partition of a source twice', source, [
    { partition: file, offset: { position: 5 } },
    { partition: file, offset: { position: 6 } },
  ]),
  ask('of two the last offset stays', `GET ${source}`),
  ask('alter: an exact integer', `PATCH ${source}`, {
    body: '{"offsets":[{"partition":{"filename":"FOLDER/input"},"offset":{"position":9007199254740993}}]}',
  }),
  ask('offsets of the source are exact', `GET ${source}`),
  alter('a source of another file', source, [{ partition: { filename: 'other' }, offset: { position: 3 } }]),
  ask('offsets of both files', `GET ${source}`),
  alter('one partition to null', source, [{ partition: { filename: 'other' }, offset: null }]),
  ask('offsets of one file', `GET ${source}`),
  alter('one without offset', source, [{ partition: { filename: 'unknown' } }]),
  alter('a source with further members', source, [
    { partition: { filename: 'other', more: 'x' }, offset: { position: 3 } },
  ]),
  alter('a source without file name', source, [{ partition: { file: 'x' }, offset: { position: 3 } }]),
  alter('a source with an empty partition', source, [{ partition: {}, offset: { position: 3 } }]),
  alter('a source with an offset of text', source, [{ partition: file, offset: { position: '3' } }]),
  alter('a source with a negative offset', source, [{ partition: file, offset: { position: -3 } }]),
  alter('a source with a fraction', source, [{ partition: file, offset: { position: 1.5 } }]),
  alter('a source without position', source, [{ partition: file, offset: { line: 1 } }]),
  alter('a source with partition null', source, [{ partition: null, offset: { position: 3 } }]),
  alter('a source with a nested value', source, [
    { partition: { filename: { a: 1 } }, offset: { position: 3 } },
  ]),
  alter('no offsets', source, []),
  alter('offsets null', source, null),
  alter('offsets that are no list', source, {}),
  alter('a list of numbers', source, [1]),
  alter('an unknown member of an entry', source, [{ partition: file, offset: { position: 1 }, more: 1 }]),
  ask('alter: no member', `PATCH ${source}`, { body: {} }),
  ask('alter: an unknown member', `PATCH ${source}`, { body: { offset: [] } }),
  ask('alter: null', `PATCH ${source}`, { body: 'null' }),
  ask('alter: cut JSON', `PATCH ${source}`, { body: '{"offsets": [' }),
  ask('alter: text', `PATCH ${source}`, { body: '{}', headers: { 'content-type': 'text/plain' } }),
  ask('alter: beyond 64 bits', `PATCH ${source}`, {
    body: '{"offsets":[{"partition":{"filename":"x"},"offset":{"position":99999999999999999999}}]}',
  }),
  ask('reset of the source', `DELETE ${source}`),
  ask('offsets of the source after reset', `GET ${source}`),
  ask('reset of the source again', `DELETE ${source}`),
  alter('a sink', sink, [{ partition, offset: { kafka_offset: 1 } }], { until: hasStatus(200) }),
  ask('offsets of the sink altered', `GET ${sink}`),
  alter('a sink in texts', sink, [
    { partition: { kafka_topic: 'plain-SIDE', kafka_partition: '0' }, offset: { kafka_offset: '2' } },
  ]),
  ask('offsets of the sink altered in texts', `GET ${sink}`),
  alter('a sink beyond its end', sink, [{ partition, offset: { kafka_offset: 1000 } }]),
  alter('a sink with a negative offset', sink, [{ partition, offset: { kafka_offset: -5 } }]),
  alter('a sink with an offset of letters', sink, [{ partition, offset: { kafka_offset: 'x' } }]),
  alter('a sink without offset', sink, [{ partition, offset: { offset: 1 } }]),
  alter('a sink with offset null inside', sink, [{ partition, offset: { kafka_offset: null } }]),
  alter('a sink without partition', sink, [{ partition: null, offset: { kafka_offset: 1 } }]),
  alter('a sink without topic', sink, [{ partition: { kafka_partition: 0 }, offset: { kafka_offset: 1 } }]),
  alter('a sink without number of the partition', sink, [
    { partition: { kafka_topic: 'plain-SIDE' }, offset: { kafka_offset: 1 } },
  ]),
  alter('a sink with a partition of letters', sink, [
    { partition: { kafka_topic: 'plain-SIDE', kafka_partition: 'x' }, offset: { kafka_offset: 1 } },
  ]),
  alter('a sink with a negative partition', sink, [
    { partition: { kafka_topic: 'plain-SIDE', kafka_partition: -1 }, offset: { kafka_offset: 1 } },
  ]),
  alter('a sink with a topic null', sink, [
    { partition: { kafka_topic: null, kafka_partition: 0 }, offset: { kafka_offset: 1 } },
  ]),
  alter('a sink with a partition that is not there', sink, [
    { partition: { kafka_topic: 'plain-SIDE', kafka_partition: 99 }, offset: { kafka_offset: 1 } },
  ]),
  alter('a partition of the sink to null', sink, [{ partition, offset: null }]),
  ask('offsets of the sink after one reset', `GET ${sink}`),
  ask('reset of the sink', `DELETE ${sink}`, { until: hasStatus(200) }),
  ask('offsets of the sink after reset', `GET ${sink}`),
  ask('reset of the sink again', `DELETE ${sink}`),
  ask('resume the source after all', 'PUT /connectors/source/resume'),
  ask('the source runs again', 'GET /connectors/source/status', { until: isIn('RUNNING', 1) }),
];
