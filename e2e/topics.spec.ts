import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { clusterState } from '../server/entities/console-cluster.ts';
import { openKafkaClient } from '../server/kafka/open-kafka-client.ts';
import type { KafkaClient } from '../server/kafka/ports/kafka-client.ts';
import { type ApacheKafka, startApacheKafka } from '../server/testing/apache-kafka/broker.ts';
import { waitFor } from '../server/testing/wait.ts';
import { accessibilityProblems } from './support/accessibility.ts';
import { createByRest } from './support/connect-rest.ts';
import { type Millrace, prepareMillrace } from './support/millrace.ts';

const large = `{"text":"${'long '.repeat(8000)}the end"}`;

for (const kafka of ['the embedded broker', 'real Kafka'] as const) {
  test.describe(`topics on ${kafka}`, () => {
    let millrace: Millrace;
    let apacheKafka: ApacheKafka | null = null;

    test.beforeAll(async () => {
      if (kafka === 'the embedded broker') {
        millrace = await prepareMillrace();
      } else {
        apacheKafka = await startApacheKafka();
        millrace = await prepareMillrace(['--config', await workerFile(apacheKafka)]);
      }
      await millrace.start();
      await withClient(await bootstrapOf(millrace), fill);
    });

    test.afterAll(async () => {
      await millrace?.close();
      await apacheKafka?.stop();
    });

    test('are found, and internal ones are shown when asked for', async ({ page }) => {
      await page.goto(`${millrace.url}/topics`);
      await page.getByRole('searchbox', { name: 'Search topics' }).fill('ORD');
      await expect(page).toHaveURL(/q=ORD/);
      await expect(page.getByRole('link', { name: 'orders' })).toBeVisible();
      await expect(page.getByRole('link', { name: 'events' })).toBeHidden();
      await page.getByRole('searchbox', { name: 'Search topics' }).fill('no such name');
      await expect(page.getByRole('heading', { name: 'No topic fits' })).toBeVisible();
      await page.getByRole('button', { name: 'Show all' }).click();
      await expect(page.getByRole('link', { name: 'events' })).toBeVisible();
      await expect(page.getByRole('link', { name: '__internals' })).toBeHidden();
      await page.getByRole('checkbox', { name: /internal/ }).check();
      await expect(page.getByRole('link', { name: '__internals' })).toBeVisible();
      await page.reload();
      await expect(page.getByRole('link', { name: '__internals' })).toBeVisible();
    });

    test('show what is in them, decoded by what it is', async ({ page }) => {
      await page.goto(`${millrace.url}/topics`);
      await page.getByRole('link', { name: 'orders' }).click();
      await expect(page.getByText('3 partitions')).toBeVisible();
      const records = page.getByRole('list', { name: 'Records' }).locator('> li');
      await expect(records).toHaveCount(6);
      // Newest first.
      await expect(records.nth(0)).toContainText('<img src=x>');

      await unfold(records.filter({ hasText: 'order-1' }));
      await expect(page.getByText('"id": 9007199254740993,')).toBeVisible();
      await expect(page.getByText('trace-id')).toBeVisible();
      await unfold(records.filter({ hasText: '00 00 00 00 2a ff' }));
      await expect(page.getByText('00000000 00 00 00 00 2a ff')).toBeVisible();
      await expect(records.filter({ hasText: 'null · tombstone' })).toContainText('order-2');
      expect(await accessibilityProblems(page)).toEqual([]);

      await page.getByText('Hex', { exact: true }).click();
      await expect(page.getByText('"id": 9007199254740993,')).toBeHidden();
      await expect(page.getByText('6f 72 64 65 72 2d 31').first()).toBeVisible();
    });

    test('cut what is long and give the rest when asked', async ({ page }) => {
      await page.goto(`${millrace.url}/topics/orders`);
      const record = page.getByRole('list', { name: 'Records' }).locator('> li').filter({ hasText: 'large' });
      await unfold(record);
      await expect(record.getByText('the end')).toBeHidden();
      await record.getByRole('button', { name: 'Show more' }).click();
      await expect(record.getByText('the end')).toBeVisible();
      await record.getByRole('button', { name: 'Show less' }).click();
      await expect(record.getByText('the end')).toBeHidden();
    });

    test('are read from where one chooses, and the choice is the address', async ({ page }) => {
      await page.goto(`${millrace.url}/topics/events?limit=20`);
      const offsets = () => page.getByTitle(/^Partition/).allTextContents();
      await expect.poll(offsets).toHaveLength(20);
      await page.getByRole('combobox', { name: 'Partition' }).selectOption('0');
      await page.getByRole('combobox', { name: 'Start' }).selectOption('From the beginning');
      await expect(page).toHaveURL(/partition=0&from=earliest&limit=20/);
      await expect.poll(async () => (await offsets())[0]).toBe('0:0');
      await page.getByRole('link', { name: 'Later records' }).click();
      await expect.poll(async () => (await offsets())[0]).toBe('0:20');
      await page.getByRole('combobox', { name: 'Start' }).selectOption('From an offset');
      await page.getByRole('textbox', { name: 'Offset' }).fill('28');
      await page.getByRole('button', { name: 'Read', exact: true }).click();
      await expect.poll(offsets).toEqual(['0:28', '0:29']);
      await expect(page.getByText('2 records, all there are')).toBeVisible();
      await page.goBack();
      await expect.poll(async () => (await offsets())[0]).toBe('0:20');
    });

    test('tell their partitions and configs, and are read again on a click', async ({ page }) => {
      await page.goto(`${millrace.url}/topics/events`);
      const partitions = page.getByRole('region', { name: /^Partitions/ });
      await expect(partitions.getByRole('row', { name: /^0 0 30/ })).toBeVisible();
      const config = page.getByRole('region', { name: 'Config' });
      await expect(config.getByText('retention.ms', { exact: true })).toBeVisible();
      await expect(config.getByText('cleanup.policy', { exact: true })).toBeHidden();
      await config.getByText(/more, as the brokers/).click();
      await expect(config.getByText('cleanup.policy', { exact: true })).toBeVisible();

      await withClient(await bootstrapOf(millrace), (client) =>
        produce(client, [{ topic: 'events', partition: 1, key: null, value: 'came later' }]),
      );
      await expect(page.getByText('came later')).toBeHidden();
      await page.getByRole('button', { name: 'Read again' }).click();
      await expect(page.getByText('came later')).toBeVisible();
      await expect(partitions.getByRole('row', { name: /^1 0 31/ })).toBeVisible();
    });

    test('are linked from the connectors that use them, and back', async ({ page }) => {
      const file = join(millrace.folder, 'source.txt');
      await writeFile(file, 'a line\n');
      const config = {
        'connector.class': 'org.apache.kafka.connect.file.FileStreamSourceConnector',
        file,
        topic: 'from-a-file',
      };
      await createByRest(millrace.restUrl, 'reader', config, 'RUNNING');
      await page.goto(`${millrace.url}/connectors/reader/topics`);
      await page.getByRole('link', { name: 'from-a-file' }).click();
      await expect(page.getByRole('list', { name: 'Records' }).getByText('a line')).toBeVisible();
      await page.getByRole('link', { name: 'used by 1 connector' }).click();
      await expect(page.getByRole('link', { name: 'reader' }).filter({ visible: true })).toBeVisible();
    });
  });
}

async function unfold(record: ReturnType<Page['locator']>): Promise<void> {
  await record.locator('summary').click();
}

async function bootstrapOf(millrace: Millrace): Promise<string> {
  const cluster = await (await fetch(`${millrace.url}/api/v1/cluster`)).json();
  return clusterState.parse(cluster).kafka?.bootstrap ?? '';
}

async function workerFile(kafka: ApacheKafka): Promise<string> {
  const file = join(kafka.folder, 'worker.properties');
  const lines = [
    `bootstrap.servers=${kafka.bootstrap}`,
    'group.id=topics',
    'key.converter=org.apache.kafka.connect.storage.StringConverter',
    'value.converter=org.apache.kafka.connect.storage.StringConverter',
    ...['config', 'offset', 'status'].flatMap((kind) => [
      `${kind}.storage.topic=topics-${kind}`,
      `${kind}.storage.replication.factor=1`,
    ]),
  ];
  await writeFile(file, lines.join('\n'));
  return file;
}

async function withClient(bootstrap: string, use: (client: KafkaClient) => Promise<void>): Promise<void> {
  const client = openKafkaClient({ properties: { 'bootstrap.servers': bootstrap } });
  try {
    await use(client);
  } finally {
    await client.close();
  }
}

async function fill(client: KafkaClient): Promise<void> {
  await client.admin.createTopics([
    { name: 'orders', partitions: 3, replicationFactor: 1 },
    { name: '__internals', partitions: 1, replicationFactor: 1 },
    { name: 'events', partitions: 2, replicationFactor: 1, configs: { 'retention.ms': '86400000' } },
  ]);
  const headers = [{ key: 'trace-id', value: Buffer.from('4bf92f') }];
  await produce(client, [
    { topic: 'orders', partition: 0, key: 'order-1', value: '{"id":9007199254740993,"ok":true}', headers },
    { topic: 'orders', partition: 1, key: null, value: Buffer.from([0, 0, 0, 0, 42, 255]) },
    { topic: 'orders', partition: 2, key: 'order-2', value: null },
    { topic: 'orders', partition: 0, key: 'large', value: large },
    { topic: 'orders', partition: 1, key: '', value: '' },
    { topic: 'orders', partition: 2, key: 'markup', value: '<img src=x>' },
    ...Array.from({ length: 60 }, (_, index) => ({
      ...{ topic: 'events', partition: index % 2, key: null, value: `event ${index}` },
    })),
  ]);
}

async function produce(
  client: KafkaClient,
  records: readonly Parameters<ReturnType<KafkaClient['createProducer']>['append']>[0][],
): Promise<void> {
  const failures: Error[] = [];
  let delivered = 0;
  const producer = client.createProducer<null>({
    properties: {},
    onDelivered({ tokens, error }) {
      if (error !== null) failures.push(error);
      delivered += tokens.length;
    },
  });
  const start = Date.now() - 1000;
  for (const [index, record] of records.entries()) {
    while (!producer.append({ timestamp: start + index, ...record }, null)) await producer.ready();
  }
  await waitFor('the records', () => delivered === records.length);
  await producer.close(5000);
  expect(failures).toEqual([]);
}
