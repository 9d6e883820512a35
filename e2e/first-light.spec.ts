import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { type ApacheKafka, startApacheKafka } from '../server/testing/apache-kafka/broker.ts';
import { createFileStream, expectRunning, linesOf } from './support/file-stream.ts';
import { type Millrace, prepareMillrace } from './support/millrace.ts';

function lines(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, index) => `line ${from + index}: ünï "quoted" \\ and more`);
}

const text = (all: readonly string[]) => all.map((line) => `${line}\n`).join('');

for (const kafka of ['the embedded broker', 'real Kafka'] as const) {
  test.describe(`on ${kafka}`, () => {
    let millrace: Millrace;
    let apacheKafka: ApacheKafka | null = null;

    test.beforeAll(async () => {
      if (kafka === 'the embedded broker') {
        millrace = await prepareMillrace();
        return;
      }
      apacheKafka = await startApacheKafka();
      const config = join(apacheKafka.folder, 'worker.properties');
      await writeFile(
        config,
        [
          `bootstrap.servers=${apacheKafka.bootstrap}`,
          'group.id=first-light',
          'key.converter=org.apache.kafka.connect.json.JsonConverter',
          'value.converter=org.apache.kafka.connect.json.JsonConverter',
          ...['config', 'offset', 'status'].flatMap((kind) => [
            `${kind}.storage.topic=first-light-${kind}`,
            `${kind}.storage.replication.factor=1`,
          ]),
        ].join('\n'),
      );
      millrace = await prepareMillrace(['--config', config]);
    });

    test.afterAll(async () => {
      await millrace?.close();
      await apacheKafka?.stop();
    });

    test('a new user moves a file through a topic, stops everything, starts again and loses nothing', async ({
      page,
    }) => {
      const source = join(millrace.folder, 'source.txt');
      const sink = join(millrace.folder, 'sink.txt');
      await writeFile(source, text(lines(0, 100)));

      await millrace.start();
      await page.goto(millrace.url);
      await expect(page.getByRole('heading', { name: 'Add a connector' })).toBeVisible();

      await createFileStream(page, {
        plugin: 'FileStream source',
        name: 'lines-in',
        file: source,
        topic: 'lines',
      });
      await expectRunning(page);
      await createFileStream(page, {
        plugin: 'FileStream sink',
        name: 'lines-out',
        file: sink,
        topic: 'lines',
      });
      await expectRunning(page);
      await expect.poll(() => linesOf(sink)).toEqual(lines(0, 100));

      await appendFile(source, text(lines(100, 1000)));
      await expect.poll(() => linesOf(sink)).toEqual(lines(0, 1000));
      await expect(page.getByText('1,000').first()).toBeVisible();

      await page.getByRole('link', { name: 'Overview', exact: true }).click();
      await expect(page.getByText('Nothing needs attention')).toBeVisible();
      await expect(page.getByRole('link', { name: /^2\s*running$/ })).toBeVisible();

      expect(await millrace.interrupt()).toBe(0);
      await expect(page.getByText('Lost the connection to Millrace')).toBeVisible();
      await appendFile(source, text(lines(1000, 1200)));

      await millrace.start();
      // The page that was left open comes back by itself.
      await expect(page.getByText('Lost the connection to Millrace')).toBeHidden();
      await page.getByRole('link', { name: /^2\s*running$/ }).click();
      await expect(page.getByRole('heading', { name: 'Connectors', level: 1 })).toBeVisible();
      await expect(
        page.getByRole('link', { name: 'lines-in', exact: true }).filter({ visible: true }),
      ).toHaveCount(1);
      await expect.poll(() => linesOf(sink)).toEqual(lines(0, 1200));

      await appendFile(source, text(lines(1200, 1500)));
      await expect.poll(() => linesOf(sink)).toEqual(lines(0, 1500));

      // What happened before the restart is still told.
      await page.goto(`${millrace.url}/connectors/lines-in/timeline`);
      await expect(page.getByText('Config created')).toBeVisible();

      expect(await millrace.interrupt()).toBe(0);
      expect(await linesOf(sink)).toEqual(lines(0, 1500));
    });
  });
}
