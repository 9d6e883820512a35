import { ask, hasStatus, isIn, isSettled, type RestCase } from './rest-case.ts';

const sourceConfig = {
  'connector.class': 'org.apache.kafka.connect.file.FileStreamSourceConnector',
  'tasks.max': '1',
  topic: 'lines-SIDE',
  file: 'FOLDER/input',
};
/** Others than the first write elsewhere. */
const otherConfig = { ...sourceConfig, topic: 'other-SIDE' };
const sinkConfig = {
  'connector.class': 'FileStreamSink',
  'tasks.max': 2,
  topics: 'plain-SIDE',
  file: 'FOLDER/output-SIDE',
};
const sink = '/connectors/sink-SIDE';
const missing = '/connectors/nobody';

export const missingConnectorCases: readonly RestCase[] = [
  ask('no connectors yet', 'GET /connectors'),
  ask('no connectors yet, expanded', 'GET /connectors?expand=status&expand=info'),
  ask('a missing connector', `GET ${missing}`),
  ask('HEAD of a missing connector', `HEAD ${missing}`),
  ask('config of a missing connector', `GET ${missing}/config`),
  ask('status of a missing connector', `GET ${missing}/status`),
  ask('tasks of a missing connector', `GET ${missing}/tasks`),
  ask('a task of a missing connector', `GET ${missing}/tasks/0/status`),
  ask('topics of a missing connector', `GET ${missing}/topics`),
  ask('reset of topics of a missing connector', `PUT ${missing}/topics/reset`),
  ask('offsets of a missing connector', `GET ${missing}/offsets`),
  ask('PATCH config of a missing connector', `PATCH ${missing}/config`, { body: { a: 'b' } }),
  ask('restart of a missing connector', `POST ${missing}/restart`),
  ask('restart of a missing connector with tasks', `POST ${missing}/restart?includeTasks=true`),
  ask('restart of a task of a missing connector', `POST ${missing}/tasks/0/restart`),
  ask('pause of a missing connector', `PUT ${missing}/pause`),
  ask('resume of a missing connector', `PUT ${missing}/resume`),
  ask('stop of a missing connector', `PUT ${missing}/stop`),
  ask('DELETE of a missing connector', `DELETE ${missing}`),
  ask('PATCH offsets of a missing connector', `PATCH ${missing}/offsets`, {
    body: { offsets: [{ partition: { filename: 'f' }, offset: { position: 1 } }] },
  }),
  ask('PATCH of no offsets of a missing connector', `PATCH ${missing}/offsets`, { body: { offsets: [] } }),
  ask('DELETE offsets of a missing connector', `DELETE ${missing}/offsets`),
];

export const connectorCases: readonly RestCase[] = [
  ask('create a source', 'POST /connectors', { body: { name: 'source', config: sourceConfig } }),
  ask('status of the source', 'GET /connectors/source/status', { until: isIn('RUNNING', 1) }),
  ask('the source', 'GET /connectors/source'),
  ask('the source with a slash at the end', 'GET /connectors/source/'),
  ask('HEAD of the source', 'HEAD /connectors/source'),
  ask('config of the source', 'GET /connectors/source/config'),
  ask('config of the source with query nonsense', 'GET /connectors/source/config?a=b&&=&%20'),
  ask('tasks of the source', 'GET /connectors/source/tasks'),
  ask('task of the source', 'GET /connectors/source/tasks/0/status'),
  ask('task of the source as 00', 'GET /connectors/source/tasks/00/status'),
  ask('task of the source that is not there', 'GET /connectors/source/tasks/7/status'),
  ask('task of the source with a negative number', 'GET /connectors/source/tasks/-1/status'),
  ask('task of the source that is no number', 'GET /connectors/source/tasks/one/status'),
  ask('task of the source that is no integer', 'GET /connectors/source/tasks/1.0/status'),
  ask('task of the source beyond 32 bits', 'GET /connectors/source/tasks/4294967296/status'),
  ask('create it again', 'POST /connectors', { body: { name: 'source', config: sourceConfig } }),
  ask('create it again with a blank', 'POST /connectors', {
    body: { name: ' source ', config: sourceConfig },
  }),
  ask('create it again, invalid', 'POST /connectors', {
    body: { name: 'source', config: { ...sourceConfig, 'tasks.max': 'x' } },
  }),
  ask('create with another name in the config', 'POST /connectors', {
    body: { name: 'source', config: { ...sourceConfig, name: 'other' } },
  }),
  ask('create without class', 'POST /connectors', { body: { name: 'x', config: { topic: 't' } } }),
  ask('create of an unknown class', 'POST /connectors', {
    body: { name: 'x', config: { 'connector.class': 'com.example.Nobody' } },
  }),
  ask('create with several errors', 'POST /connectors', {
    body: {
      name: 'x',
      config: { ...sourceConfig, 'tasks.max': '0', 'errors.tolerance': 'some', topic: undefined },
    },
  }),
  ask('create with a null', 'POST /connectors', {
    body: { name: 'x', config: { ...sourceConfig, 'errors.tolerance': null } },
  }),
  ask('create with a bad transformation', 'POST /connectors', {
    body: {
      name: 'x',
      config: { ...sourceConfig, transforms: 'a', 'transforms.a.type': 'com.example.No' },
    },
  }),
  ask('PUT config with another name in it', 'PUT /connectors/source/config', {
    body: { ...sourceConfig, name: 'other' },
  }),
  ask('PUT an invalid config', 'PUT /connectors/source/config', {
    body: { ...sourceConfig, topic: undefined },
  }),
  ask('PUT a config without class', 'PUT /connectors/source/config', { body: {} }),
  ask('PUT the config', 'PUT /connectors/source/config', { body: { ...sourceConfig, 'batch.size': 100 } }),
  ask('status after PUT', 'GET /connectors/source/status', { until: isIn('RUNNING', 1) }),
  ask('PATCH the config', 'PATCH /connectors/source/config', {
    body: { 'batch.size': null, 'errors.log.enable': true, 'tasks.max': 1 },
  }),
  ask('config after PATCH', 'GET /connectors/source/config'),
  ask('PATCH the config with nothing', 'PATCH /connectors/source/config', { body: {} }),
  ask('PATCH the config to an invalid one', 'PATCH /connectors/source/config', { body: { topic: null } }),
  ask('PATCH the class away', 'PATCH /connectors/source/config', { body: { 'connector.class': null } }),
  ask('PATCH the config with an object', 'PATCH /connectors/source/config', { body: { a: {} } }),
  ask('PATCH the config with null', 'PATCH /connectors/source/config', { body: 'null' }),
  ask('PATCH the config with text', 'PATCH /connectors/source/config', {
    body: '{}',
    headers: { 'content-type': 'text/plain' },
  }),
  ask('status after PATCH', 'GET /connectors/source/status', { until: isIn('RUNNING', 1) }),
  ask('create a sink by PUT', `PUT ${sink}/config`, { body: sinkConfig }),
  ask('status of the sink', `GET ${sink}/status`, { until: isIn('RUNNING', 2) }),
  ask('the sink', `GET ${sink}`),
  ask('tasks of the sink', `GET ${sink}/tasks`),
  ask('second task of the sink', `GET ${sink}/tasks/1/status`),
  ask('create one that is paused', 'POST /connectors', {
    body: { name: 'paused', config: otherConfig, initial_state: 'paused' },
  }),
  ask('status of one created as paused', 'GET /connectors/paused/status', { until: isIn('PAUSED', 0) }),
  ask('create one that is stopped', 'POST /connectors', {
    body: { name: 'stopped', config: { ...otherConfig, name: 'stopped' }, initial_state: 'STOPPED' },
  }),
  ask('status of one created as stopped', 'GET /connectors/stopped/status', { until: isIn('STOPPED', 0) }),
  ask('create one that runs', 'POST /connectors', {
    body: { name: 'naïve ü&b', config: otherConfig, initial_state: 'Running' },
  }),
  ask('status of an odd name', 'GET /connectors/na%C3%AFve%20%C3%BC&b/status', { until: isIn('RUNNING', 1) }),
  ask('config of an odd name', 'GET /connectors/na%C3%AFve%20%C3%BC%26b/config'),
  ask('create a name of 300 characters', `PUT /connectors/${'n'.repeat(300)}/config`, {
    body: { ...sourceConfig, topic: 'long-SIDE' },
  }),
  ask('DELETE the name of 300 characters', `DELETE /connectors/${'n'.repeat(300)}`),
  ask('the name of 300 characters is gone', `GET /connectors/${'n'.repeat(300)}/status`, {
    until: hasStatus(404),
  }),
  ask('create a name with a slash', 'POST /connectors', {
    body: { name: 'a/b', config: { ...sourceConfig, topic: undefined } },
  }),
  ask('the connectors', 'GET /connectors'),
  ask('HEAD of the connectors', 'HEAD /connectors'),
  ask('the connectors with their status', 'GET /connectors?expand=status', { until: isSettled }),
  ask('the connectors with their info', 'GET /connectors?expand=info'),
  ask('the connectors with both', 'GET /connectors?expand=status&expand=info', {
    until: isSettled,
  }),
  ask('the connectors with both in one word', 'GET /connectors?expand=status,info'),
  ask('the connectors with nonsense', 'GET /connectors?expand=everything'),
  ask('the connectors with an empty expansion', 'GET /connectors?expand='),
  ask('the connectors with expansion in capitals', 'GET /connectors?expand=STATUS'),
  ask('the connectors with other queries', 'GET /connectors?state=RUNNING&limit=1'),
];

export const stateCases: readonly RestCase[] = [
  ask('pause the source', 'PUT /connectors/source/pause'),
  ask('status paused', 'GET /connectors/source/status', { until: isIn('PAUSED', 1) }),
  ask('pause it again', 'PUT /connectors/source/pause'),
  ask('pause with a body', 'PUT /connectors/source/pause', { body: {} }),
  ask('restart it while paused', 'POST /connectors/source/restart'),
  ask('status after a restart while paused', 'GET /connectors/source/status', { until: isIn('PAUSED', 1) }),
  ask('resume the source', 'PUT /connectors/source/resume'),
  ask('status resumed', 'GET /connectors/source/status', { until: isIn('RUNNING', 1) }),
  ask('resume it again', 'PUT /connectors/source/resume'),
  ask('restart the source', 'POST /connectors/source/restart'),
  ask('restart the source with a body', 'POST /connectors/source/restart', { body: {} }),
  ask('restart the source with forward', 'POST /connectors/source/restart?forward=false'),
  ask('status after restart', 'GET /connectors/source/status', { until: isIn('RUNNING', 1) }),
  ask('restart it with its tasks', 'POST /connectors/source/restart?includeTasks=true'),
  ask('status after restart with tasks', 'GET /connectors/source/status', { until: isIn('RUNNING', 1) }),
  ask('restart what failed', 'POST /connectors/source/restart?onlyFailed=true', {
    until: isIn('RUNNING', 1),
  }),
  ask('restart what failed with tasks', 'POST /connectors/source/restart?includeTasks=true&onlyFailed=true', {
    until: isIn('RUNNING', 1),
  }),
  ask('status after restart of nothing', 'GET /connectors/source/status', { until: isIn('RUNNING', 1) }),
  ask('restart with flags in capitals', 'POST /connectors/source/restart?includeTasks=TRUE&onlyFailed=TRUE', {
    until: isIn('RUNNING', 1),
  }),
  ask('restart with flags of nonsense', 'POST /connectors/source/restart?includeTasks=yes&onlyFailed=1'),
  ask('restart with empty flags', 'POST /connectors/source/restart?includeTasks=&onlyFailed='),
  ask('restart the task', 'POST /connectors/source/tasks/0/restart'),
  ask('status after restart of the task', 'GET /connectors/source/status', { until: isIn('RUNNING', 1) }),
  ask('restart a task that is not there', 'POST /connectors/source/tasks/7/restart'),
  ask('restart a task that is no number', 'POST /connectors/source/tasks/x/restart'),
  ask('stop one that is paused', 'PUT /connectors/paused/stop'),
  ask('status of it stopped', 'GET /connectors/paused/status', { until: isIn('STOPPED', 0) }),
  ask('pause one that is stopped', 'PUT /connectors/paused/pause'),
  ask('status of it paused', 'GET /connectors/paused/status', { until: isIn('PAUSED', 0) }),
  ask('resume one that never ran', 'PUT /connectors/paused/resume'),
  ask('status of it at last', 'GET /connectors/paused/status', { until: isIn('RUNNING', 1) }),
  ask('restart one that is stopped', 'POST /connectors/stopped/restart?includeTasks=true'),
  ask('status after restart while stopped', 'GET /connectors/stopped/status', { until: isIn('STOPPED', 0) }),
  ask('PUT config of one that is stopped', 'PUT /connectors/stopped/config', {
    body: { ...otherConfig, 'batch.size': '7' },
  }),
  ask('status after PUT while stopped', 'GET /connectors/stopped/status', { until: isIn('STOPPED', 0) }),
];

export const brokenConnectorCases: readonly RestCase[] = [
  ask('create one whose task fails', 'POST /connectors', {
    body: {
      name: 'broken',
      config: {
        ...sinkConfig,
        'tasks.max': 1,
        'consumer.override.group.id': 'broken-SIDE',
        file: 'FOLDER/no-such-folder/output-SIDE',
      },
    },
  }),
  ask('status of one whose task fails', 'GET /connectors/broken/status', {
    until: isIn('RUNNING', 1, 'FAILED'),
  }),
  ask('task of one whose task fails', 'GET /connectors/broken/tasks/0/status'),
  ask('restart the connector alone', 'POST /connectors/broken/restart'),
  ask('status after restart of the connector alone', 'GET /connectors/broken/status', {
    until: isIn('RUNNING', 1, 'FAILED'),
  }),
  ask('restart only what failed of it', 'POST /connectors/broken/restart?includeTasks=true&onlyFailed=true', {
    until: isIn('RUNNING', 1, 'RESTARTING'),
  }),
  ask('status after restart in vain', 'GET /connectors/broken/status', {
    until: isIn('RUNNING', 1, 'FAILED'),
  }),
  ask('pause one whose task failed', 'PUT /connectors/broken/pause'),
  ask('status paused with a failed task', 'GET /connectors/broken/status', {
    until: isIn('PAUSED', 1, 'FAILED'),
  }),
  ask('DELETE one whose task failed', 'DELETE /connectors/broken'),
  ask('it is gone', 'GET /connectors/broken/status', { until: hasStatus(404) }),
];

export const deletionCases: readonly RestCase[] = [
  ...['source', 'sink-SIDE', 'paused', 'stopped', 'na%C3%AFve%20%C3%BC%26b'].flatMap((name) => [
    ask(`DELETE ${name}`, `DELETE /connectors/${name}`),
    ask(`DELETE ${name}: the connector is gone`, `GET /connectors/${name}`, { until: hasStatus(404) }),
    ask(`DELETE ${name}: its status is gone`, `GET /connectors/${name}/status`, { until: hasStatus(404) }),
  ]),
  ask('DELETE it again', 'DELETE /connectors/source'),
  ask('topics of one that is deleted', 'GET /connectors/source/topics'),
  ask('no connectors at the end', 'GET /connectors'),
];
