import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { connectorDetail } from '../server/entities/console-connector.ts';
import { accessibilityProblems } from './support/accessibility.ts';
import { createByRest } from './support/connect-rest.ts';
import { linesOf } from './support/file-stream.ts';
import { type Millrace, prepareMillrace } from './support/millrace.ts';

const stringConverter = 'org.apache.kafka.connect.storage.StringConverter';
const jsonConverter = 'org.apache.kafka.connect.json.JsonConverter';

let millrace: Millrace;

test.beforeAll(async () => {
  millrace = await prepareMillrace();
  await millrace.start();
});

test.afterAll(() => millrace?.close());

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 740 } });

  test('a connector shows how many records failed and what became of them', async ({ page }) => {
    const { restUrl, folder } = millrace;
    const [source, sink] = [join(folder, 'mixed.txt'), join(folder, 'good.txt')];
    await writeFile(source, '{"n":1}\nnot JSON\n{"n":2}\n{"n":\n{"n":3}\n');
    await createByRest(
      restUrl,
      'mixed-in',
      {
        'connector.class': 'org.apache.kafka.connect.file.FileStreamSourceConnector',
        file: source,
        topic: 'mixed',
        'value.converter': stringConverter,
      },
      'RUNNING',
    );
    await createByRest(
      restUrl,
      'mixed-out',
      {
        'connector.class': 'org.apache.kafka.connect.file.FileStreamSinkConnector',
        file: sink,
        topics: 'mixed',
        'value.converter': jsonConverter,
        'value.converter.schemas.enable': 'false',
        'errors.tolerance': 'all',
        'errors.log.enable': 'true',
        'errors.deadletterqueue.topic.name': 'mixed-dead',
        'errors.deadletterqueue.topic.replication.factor': '1',
      },
      'RUNNING',
    );
    await expect.poll(() => linesOf(sink)).toHaveLength(3);

    await page.goto(`${millrace.url}/connectors/mixed-out`);
    const task = page.getByRole('list', { name: 'Tasks' }).getByRole('listitem').first();
    await expect(task.getByText('Records failed')).toBeVisible();
    const shown = task.locator('dl', { hasText: 'Failures' });
    await expect(shown).toContainText(/Failures\s*2/);
    await expect(shown).toContainText(/Given up\s*2/);
    await expect(shown).toContainText(/Skipped\s*2/);
    await expect(shown).toContainText(/Logged\s*2/);
    await expect(shown).toContainText(/Dead letters\s*2/);
    await expect(shown).not.toContainText('Retries');
    await expect(shown).not.toContainText('not written');
    await expect(page.getByText('Failures since start')).toBeVisible();
    expect(await accessibilityProblems(page)).toEqual([]);
    const [content, screen] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    expect(content).toBeLessThanOrEqual(screen ?? 0);

    const answer = await page.request.get(`${millrace.url}/api/v1/connectors/mixed-out`);
    expect(connectorDetail.parse(await answer.json()).metrics?.errors).toMatchObject({
      failures: 2,
      errors: 2,
      skipped: 2,
      retries: 0,
      logged: 2,
      deadLetters: 2,
      deadLetterFailures: 0,
      lastErrorAt: expect.any(Number),
    });

    await page.goto(`${millrace.url}/connectors/mixed-in`);
    await expect(page.getByRole('list', { name: 'Tasks' }).getByText('Running')).toBeVisible();
    await expect(page.getByText('Records failed')).toBeHidden();
  });
});
