import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { freePort } from '../server/testing/apache-kafka/java.ts';
import { spawnMillrace } from '../server/testing/millrace-process.ts';
import { accessibilityProblems } from './support/accessibility.ts';
import { prepareMillrace } from './support/millrace.ts';

test('while Kafka cannot be reached every page says why, and they come to life when it is there', async ({
  page,
}) => {
  const port = await freePort();
  const setting = await prepareMillrace();
  const config = join(setting.folder, 'worker.properties');
  await writeFile(
    config,
    [
      `bootstrap.servers=127.0.0.1:${port}`,
      'group.id=unreachable',
      'key.converter=org.apache.kafka.connect.storage.StringConverter',
      'value.converter=org.apache.kafka.connect.storage.StringConverter',
      ...['config', 'offset', 'status'].flatMap((kind) => [
        `${kind}.storage.topic=unreachable-${kind}`,
        `${kind}.storage.replication.factor=1`,
      ]),
    ].join('\n'),
  );
  const millrace = await prepareMillrace(['--config', config]);
  const broker = () =>
    spawnMillrace(['broker', '--port', `${port}`, '--data', join(setting.folder, 'broker')]);
  let running: ReturnType<typeof broker> | null = null;
  try {
    await millrace.start();
    await page.goto(millrace.url);
    const banner = page.getByRole('alert').filter({ hasText: 'Kafka cannot be reached' });
    await expect(banner).toContainText(`127.0.0.1:${port}`);
    await expect(page.getByText('Nothing to show yet')).toBeVisible();
    await expect(page.getByText('Add a connector')).toBeHidden();
    expect(await accessibilityProblems(page)).toEqual([]);

    await page.goto(`${millrace.url}/connectors`);
    await expect(page.getByRole('heading', { name: 'The worker is not ready' })).toBeVisible();
    await expect(page.getByText('No connectors yet')).toBeHidden();

    await page.goto(`${millrace.url}/topics`);
    await expect(page.getByRole('heading', { name: 'Topics cannot be read' })).toBeVisible();
    await expect(page.getByText('No topics yet')).toBeHidden();
    await page.goto(`${millrace.url}/connectors`);

    running = broker();
    await expect(banner).toBeHidden({ timeout: 60_000 });
    await expect(page.getByRole('heading', { name: 'No connectors yet' })).toBeVisible();
  } finally {
    await millrace.close();
    await running?.stop();
    await setting.close();
  }
});
