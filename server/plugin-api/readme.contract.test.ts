import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { freePort } from '../testing/apache-kafka/java.ts';
import { type MillraceProcess, spawnMillrace, waitForRest } from '../testing/millrace-process.ts';
import { waitFor, waitForPort } from '../testing/wait.ts';

interface Block {
  readonly language: string;
  /** Of a block that is to be written to a file. */
  readonly file: string | null;
  readonly text: string;
}

/** The code blocks of a document, in their order. */
function blocksOf(markdown: string): readonly Block[] {
  const fence = /^```([a-z]+)(?: (\S+))?\n([\s\S]*?)^```$/gm;
  return [...markdown.matchAll(fence)].map(([, language = '', file = null, text = '']) => ({
    language,
    file,
    text,
  }));
}

const folder = mkdtempSync(join(tmpdir(), 'millrace-readme-'));
const running: MillraceProcess[] = [];
afterAll(async () => {
  for (const millrace of running.reverse()) await millrace.kill();
  rmSync(folder, { recursive: true, force: true });
});

test('whoever follows "Write a connector in 15 minutes" word for word has a connector that runs', async () => {
  const cli = resolve(import.meta.dirname, '../cli');
  const [broker, rest] = [await freePort(), await freePort()];
  const blocks = blocksOf(readFileSync(resolve(import.meta.dirname, 'README.md'), 'utf8')).map((block) => ({
    ...block,
    text: block.text.replaceAll('9092', String(broker)).replaceAll('8083', String(rest)),
  }));
  const env = { ...process.env, PATH: [cli, dirname(process.execPath), process.env.PATH].join(delimiter) };
  let cwd = folder;
  const outputs: string[] = [];
  for (const { language, file, text } of blocks) {
    if (file !== null) {
      writeFileSync(join(cwd, file), text);
      continue;
    }
    expect(language).toBe('sh');
    for (const line of text.trim().split('\n')) {
      const [program, command = '', ...rest] = line.split(' ');
      if (program === 'cd') cwd = join(cwd, command);
      else if (program === 'millrace' && command !== 'plugins') {
        running.push(spawnMillrace([command, ...rest], { cwd }));
        await isReady(command);
      } else {
        const { stdout } = await promisify(execFile)('sh', ['-c', line], { cwd, env, timeout: 120_000 });
        outputs.push(stdout);
      }
    }
  }

  async function isReady(command: string): Promise<void> {
    const started = running.at(-1);
    if (started === undefined) throw new Error('nothing was started');
    if (command === 'broker') return await waitForPort(broker, 60_000, started.exited, 'the broker');
    await waitForRest(started, `http://127.0.0.1:${rest}`, 90_000);
    const lines = () => readFileSync(join(cwd, 'rolls.txt'), 'utf8').split('\n').length;
    await waitFor('rolls in the file', () => lines() > 3, 90_000).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${started.output()}`);
    });
  }

  const list = outputs.find((output) => output.startsWith('CLASS'));
  expect(list).toMatch(/com\.example\.DiceSourceConnector +source +0\.1\.0 .* ok\n/);
  const [rolls, status] = outputs.slice(-2);
  expect(rolls).toMatch(/^Struct\{number=1,side=\d+\}\n|^\{number=1, side=\d+\}\n/);
  expect(JSON.parse(status ?? '')).toMatchObject({
    name: 'dice',
    type: 'source',
    connector: { state: 'RUNNING', version: '0.1.0' },
    tasks: [{ id: 0, state: 'RUNNING', version: '0.1.0' }],
  });
}, 300_000);
