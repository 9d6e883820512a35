/** Shows the console over a herder without a worker, for looking at pages: `node e2e/support/serve-with-fake.ts`. */
import { createServer } from 'node:http';
import { resolve } from 'node:path';
import next from 'next';
import { startConsole } from '../../server/console/start-console.ts';
import { ConnectError } from '../../server/errors/connect-error.ts';
import { setWorkerHandle } from '../../server/runtime/worker-handle.ts';
import { FakeHerder } from './fake-herder.ts';
import { fakeCatalogue, fileSink, fileSource, tableSink } from './fake-plugins.ts';
import { FakeTopics } from './fake-topics.ts';

const port = Number(process.env.PORT ?? 3100);
const scene = process.env.SCENE ?? 'busy';
const herder = new FakeHerder();
const topics = new FakeTopics();

const trace = `org.apache.kafka.connect.errors.ConnectException: Exiting SinkTask due to unrecoverable exception.
    at deliverMessages (server/runtime/task/sink-loop.ts:214:11)
Caused by: ConnectError: relation "orders" does not exist
    at execute (server/connectors/jdbc/statement.ts:88:9)`;

function fill(): void {
  herder.events.append({ kind: 'worker', state: 'ready', message: 'Worker is ready' });
  herder.events.append({
    kind: 'rebalance',
    generation: 3,
    leader: herder.workerId,
    trigger: 'this worker joined',
    durationMs: 41,
  });
  const start = (name: string, config: Record<string, string>, tasks: number, topics: string[]) => {
    herder.add(name, { name, ...config }, tasks, topics);
    herder.events.append({ kind: 'connector-config', connector: name, change: 'created' });
    herder.setConnector(name, 'RUNNING');
    for (let task = 0; task < tasks; task++) herder.setTask(name, task, 'RUNNING');
  };
  start(
    'access-log',
    { 'connector.class': fileSource.className, file: '/var/log/nginx/access.log', topic: 'web.access' },
    1,
    ['web.access'],
  );
  start('audit-copy', { 'connector.class': fileSink.className, file: '/srv/audit.txt', topics: 'audit' }, 1, [
    'audit',
  ]);
  start(
    'clicks-archive',
    {
      'connector.class': fileSink.className,
      file: '/srv/clicks.txt',
      topics: 'web.clicks,web.access',
      'tasks.max': '4',
    },
    4,
    ['web.clicks', 'web.access'],
  );
  start(
    'orders-to-pg',
    {
      'connector.class': tableSink.className,
      'connection.url': 'jdbc:postgresql://db/orders',
      'connection.user': 'orders',
      'connection.password': 'a-secret',
      topics: 'orders',
      'tasks.max': '2',
    },
    2,
    ['orders'],
  );
  start(
    'payments-to-pg',
    {
      'connector.class': tableSink.className,
      'connection.url': 'jdbc:postgresql://db/pay',
      topics: 'payments',
    },
    1,
    ['payments'],
  );
  start(
    'sensor-lines',
    { 'connector.class': fileSource.className, file: '/data/sensors.csv', topic: 'iot.sensors' },
    1,
    ['iot.sensors'],
  );
  start(
    'sshd-log',
    { 'connector.class': fileSource.className, file: '/var/log/auth.log', topic: 'sec.auth' },
    1,
    ['sec.auth'],
  );
  herder.setTask('orders-to-pg', 1, 'FAILED', trace);
  herder.setTask('payments-to-pg', 0, 'FAILED', trace.replace('orders', 'payments'));
  void herder.pauseConnector('sensor-lines');
  void herder.stopConnector('sshd-log');
  herder.offsets = [{ partition: { filename: '/var/log/nginx/access.log' }, offset: { position: 1284733 } }];
  let second = 0;
  setInterval(() => {
    second++;
    const wave = 4000 + 1500 * Math.sin(second / 9) + 300 * Math.random();
    herder.setMetrics('access-log', 0, second * 4000, wave, null);
    herder.setMetrics('audit-copy', 0, second * 12, 12, 0);
    for (let task = 0; task < 4; task++)
      herder.setMetrics('clicks-archive', task, second * 900, wave / 4.2, 38);
    herder.setMetrics('orders-to-pg', 0, second * 40, 40, 1204);
  }, 1000);
}

function fillTopics(): void {
  const at = Date.now();
  const order = (id: number) =>
    `{"id":${id},"customer":{"name":"Ünal & Sons","vip":${id % 2 === 0}},"lines":[1,2],"total":9007199254740993}`;
  topics.add('orders', 3, [
    ...Array.from({ length: 40 }, (_, index) => ({
      partition: index % 3,
      timestamp: at - 400_000 + index * 10_000,
      key: `order-${index}`,
      value: order(index),
      headers: [{ key: 'trace-id', value: Buffer.from(`4bf92f3577b34da6a3ce929d0e0e${index}`) }],
    })),
    { partition: 1, timestamp: at, key: 'order-7', value: null },
    { partition: 2, timestamp: at, key: null, value: Buffer.from([0, 0, 0, 0, 12, 2, 10, 97, 200]) },
    { partition: 0, timestamp: at, key: '<b>markup</b>', value: `${'a long text; '.repeat(3000)}` },
  ]);
  topics.add('web.access', 12, [{ key: null, value: '127.0.0.1 - - "GET / HTTP/1.1" 200', timestamp: at }]);
  topics.add('web.clicks', 12);
  topics.add(`a-topic-with-a-long-name-${'and-more'.repeat(20)}`, 1);
  topics.add('__consumer_offsets', 50);
}

if (scene === 'busy') {
  fill();
  fillTopics();
}
if (scene === 'waiting') {
  const message = 'Cannot reach Kafka at kafka-1:9092 (connection refused); trying again in 5 s';
  herder.currentHealth = { status: 'starting', message };
  topics.failure = new ConnectError(
    'unavailable',
    'list topics: no broker can be reached: connection refused',
  );
  herder.events.append({ kind: 'worker', state: 'waiting-for-kafka', message });
}
if (scene !== 'absent') {
  setWorkerHandle({
    herder,
    catalogue: fakeCatalogue,
    topics,
    vault: null,
    kafka: { bootstrap: '127.0.0.1:9092', embedded: scene !== 'waiting' },
    restUrl: 'http://127.0.0.1:8083',
    mode: 'distributed',
    startedAt: Date.now(),
    startError: scene === 'failed' ? 'port 8083 is taken; choose another with --rest-port' : null,
  });
}

await startConsole({
  dataDirectory: process.env.DATA ?? null,
  herder,
  allowedHosts: [],
  warn: (message) => console.warn(message),
});
const app = next({
  dev: process.env.DEV === '1',
  dir: resolve(import.meta.dirname, '../..'),
  hostname: '127.0.0.1',
  port,
});
await app.prepare();
const handle = app.getRequestHandler();
createServer((request, response) => {
  handle(request, response).catch(() => response.destroy());
}).listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}`));
