import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startJavaConnect, toProperties, workerSettings } from '../../../testing/apache-kafka/connect.ts';
import { freePort } from '../../../testing/apache-kafka/java.ts';
import { spawnMillrace, waitForRest } from '../../../testing/millrace-process.ts';
import { type RawAnswer, toComparedAnswer } from './normalise-answer.ts';
import type { ComparedAnswer, RestCase } from './rest-case.ts';

/** One of the two workers that get the same requests. */
export interface ComparedWorker {
  /** Its answer to the case, asked for again as long as the case wants or a rebalance is under way. */
  answer(restCase: RestCase): Promise<ComparedAnswer>;
  stop(): Promise<void>;
}

export interface ComparedWorkerOptions {
  readonly bootstrap: string;
  /** What `SIDE` means: group, names, topics; of the same length for both. */
  readonly side: string;
  readonly folder: string;
}

const patienceMs = 60_000;

export async function startOurs(options: ComparedWorkerOptions): Promise<ComparedWorker> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-compared-'));
  const port = await freePort();
  const file = join(folder, 'worker.properties');
  const settings = { ...workerSettings(options.bootstrap, port, options.side), ...commonSettings };
  await writeFile(file, toProperties(settings));
  const restUrl = `http://127.0.0.1:${port}`;
  const millrace = spawnMillrace(['worker', file]);
  const stop = async (): Promise<void> => {
    await millrace.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await waitForRest(millrace, restUrl, patienceMs);
  } catch (error) {
    await stop();
    throw error;
  }
  return { answer: (restCase) => answerOf(restUrl, options, restCase), stop };
}

export async function startJavas(options: ComparedWorkerOptions): Promise<ComparedWorker> {
  const java = await startJavaConnect(
    options.bootstrap,
    {
      'group.id': options.side,
      'config.storage.topic': `${options.side}-configs`,
      'offset.storage.topic': `${options.side}-offsets`,
      'status.storage.topic': `${options.side}-status`,
      ...commonSettings,
    },
    // Fewer threads to compile with: on a small machine it is ready sooner.
    ['-Xms256m', '-Xmx1g', '-XX:TieredStopAtLevel=1'],
  );
  return { answer: (restCase) => answerOf(java.restUrl, options, restCase), stop: () => java.stop() };
}

/** Offsets soon, and tasks that end when told. */
const commonSettings = {
  'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
  'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
  'offset.flush.interval.ms': '500',
  'scheduled.rebalance.max.delay.ms': '500',
  'offset.storage.partitions': '1',
  'status.storage.partitions': '1',
};

async function answerOf(
  restUrl: string,
  { side, folder }: ComparedWorkerOptions,
  restCase: RestCase,
): Promise<ComparedAnswer> {
  const deadline = Date.now() + patienceMs;
  const version = restCase.path.includes('VERSION') ? await pluginVersion(restUrl) : '';
  const own = (text: string): string =>
    text.replaceAll('SIDE', side).replaceAll('FOLDER', folder).replaceAll('VERSION', version);
  for (;;) {
    const raw = await send(restUrl, restCase, own);
    const answer = toComparedAnswer(raw, { restUrl, side, folder });
    const isLast = (restCase.isFinal || !isPassing(answer)) && (restCase.until?.(answer) ?? true);
    if (isLast || Date.now() > deadline) return answer;
    await sleep(50);
  }
}

async function pluginVersion(restUrl: string): Promise<string> {
  const plugins: unknown = await (await fetch(`${restUrl}/connector-plugins`)).json();
  const file = Array.isArray(plugins)
    ? plugins.find((plugin) => String(plugin.class).endsWith('.FileStreamSourceConnector'))
    : undefined;
  return String(file?.version);
}

/** Java's answers while its group rebalances, which it does after each change. */
function isPassing({ status, body }: ComparedAnswer): boolean {
  return (
    (status === 409 || status === 500) &&
    /rebalance|stale configuration|conflicting operation/i.test(JSON.stringify(body) ?? '')
  );
}

function send(restUrl: string, restCase: RestCase, own: (text: string) => string): Promise<RawAnswer> {
  const { method, path, body, headers = {} } = restCase;
  const text = body === undefined ? undefined : own(typeof body === 'string' ? body : JSON.stringify(body));
  const { hostname, port } = new URL(restUrl);
  const { 'content-type': type = text === undefined ? '' : 'application/json', ...others } = headers;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: hostname,
        port,
        method,
        path: own(path),
        headers: {
          ...others,
          ...(type === '' ? {} : { 'content-type': type }),
          ...(text === undefined ? {} : { 'content-length': Buffer.byteLength(text) }),
        },
        agent: false,
        timeout: 100_000,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString('utf8'),
          });
        });
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer to ${method} ${path}`)));
    outgoing.on('error', reject);
    outgoing.end(text);
  });
}
