import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { startApacheKafka } from '../../../testing/apache-kafka/broker.ts';
import { startJavaConnect } from '../../../testing/apache-kafka/connect.ts';
import { fetchApacheKafka, freePort } from '../../../testing/apache-kafka/java.ts';
import { waitFor } from '../../../testing/wait.ts';
import { metricConnectors } from './metric-connectors.ts';

/** Writes down the metrics that a Java worker registers, with the values of one moment: `node ask-java.ts`. */
const folder = await mkdtemp(join(tmpdir(), 'metric-names-'));
const jmxPort = await freePort();
const kafka = await startApacheKafka();
const java = await startJavaConnect(kafka.bootstrap, { 'offset.flush.interval.ms': '1000' }, [
  `-Dcom.sun.management.jmxremote.port=${jmxPort}`,
  `-Dcom.sun.management.jmxremote.rmi.port=${jmxPort}`,
  '-Dcom.sun.management.jmxremote.authenticate=false',
  '-Dcom.sun.management.jmxremote.ssl=false',
  '-Djava.rmi.server.hostname=127.0.0.1',
]);
try {
  await writeFile(join(folder, 'out'), 'one\ntwo\nthree\n');
  for (const [name, config] of Object.entries(metricConnectors('lines', folder))) {
    const answer = await fetch(`${java.restUrl}/connectors/${name}/config`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(config),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }
  const lines = async () =>
    (await readFile(join(folder, 'in'), 'utf8').catch(() => '')).split('\n').length - 1;
  await waitFor('three lines', async () => (await lines()) === 3, 60_000);
  // One commit of offsets of each.
  await new Promise((done) => setTimeout(done, 3_000));
  const driver = resolve(import.meta.dirname, 'MetricNames.java');
  const answers = resolve(import.meta.dirname, '../fixtures/java-metrics.json');
  const classPath = ['-cp', join(await fetchApacheKafka(), '*')];
  await promisify(execFile)('java', [...classPath, driver, `127.0.0.1:${jmxPort}`, answers], {
    timeout: 60_000,
  });
} finally {
  await java.stop();
  await kafka.stop();
  await rm(folder, { recursive: true });
}
