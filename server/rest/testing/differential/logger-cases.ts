import { ask, hasStatus, mentions, type RestCase } from './rest-case.ts';

const runtime = 'org.apache.kafka.connect.runtime';

export const loggerCases: readonly RestCase[] = [
  ask('the root logger', 'GET /admin/loggers/root'),
  ask('a logger nobody has', 'GET /admin/loggers/com.example.nobody'),
  ask('set a logger that nobody has', 'PUT /admin/loggers/com.example.one', { body: { level: 'DEBUG' } }),
  ask('the logger that was set', 'GET /admin/loggers/com.example.one'),
  ask('set it to the same level again', 'PUT /admin/loggers/com.example.one', { body: { level: 'debug' } }),
  ask('set a logger below it', 'PUT /admin/loggers/com.example.one.two', { body: { level: 'TRACE' } }),
  ask('set both by their prefix', 'PUT /admin/loggers/com.example.one', { body: { level: 'WARN' } }),
  ask('the one below now', 'GET /admin/loggers/com.example.one.two'),
  ask('set a logger with scope worker', 'PUT /admin/loggers/com.example.one?scope=worker', {
    body: { level: 'ERROR' },
  }),
  ask('set a logger with an unknown scope', 'PUT /admin/loggers/com.example.one?scope=village', {
    body: { level: 'INFO' },
  }),
  ask('set a logger with an empty scope', 'PUT /admin/loggers/com.example.one?scope=', {
    body: { level: 'WARN' },
  }),
  ask('set a logger of the cluster', 'PUT /admin/loggers/com.example.all?scope=cluster', {
    body: { level: 'TRACE' },
  }),
  ask('the logger of the cluster', 'GET /admin/loggers/com.example.all', {
    until: (answer) => hasStatus(200)?.(answer) === true && mentions('TRACE')?.(answer) === true,
  }),
  ask(
    'set a logger of the cluster to a level nobody knows',
    'PUT /admin/loggers/com.example.all?scope=CLUSTER',
    {
      body: { level: 'LOUD' },
    },
  ),
  ask('a level nobody knows', `PUT /admin/loggers/${runtime}`, { body: { level: 'LOUD' } }),
  ask('no level', `PUT /admin/loggers/${runtime}`, { body: {} }),
  ask('level null', `PUT /admin/loggers/${runtime}`, { body: { level: null } }),
  ask('an empty level', `PUT /admin/loggers/${runtime}`, { body: { level: '' } }),
  ask('a level that is a number', `PUT /admin/loggers/${runtime}`, { body: { level: 5 } }),
  ask('a level with an unknown member', 'PUT /admin/loggers/com.example.more', {
    body: { level: 'INFO', more: 1 },
  }),
  ask('a level in a list', `PUT /admin/loggers/${runtime}`, { body: [{ level: 'INFO' }] }),
  ask('a level without body', `PUT /admin/loggers/${runtime}`),
  ask('a logger of odd name', 'PUT /admin/loggers/a%20b', { body: { level: 'INFO' } }),
  ask('off', 'PUT /admin/loggers/com.example.silent', { body: { level: 'OFF' } }),
  ask('a logger that is off', 'GET /admin/loggers/com.example.silent'),
  ask('fatal', 'PUT /admin/loggers/com.example.fatal', { body: { level: 'FATAL' } }),
  ask('all', 'PUT /admin/loggers/com.example.every', { body: { level: 'ALL' } }),
  ask('the loggers', 'GET /admin/loggers'),
  ask('the loggers with a slash at the end', 'HEAD /admin/loggers/'),
  ask('DELETE of a logger', 'DELETE /admin/loggers/com.example.one'),
];
