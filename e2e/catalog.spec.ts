import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { sayingSource, writePackage } from '../server/plugins/testing/write-package.ts';
import { accessibilityProblems } from './support/accessibility.ts';
import { expectRunning } from './support/file-stream.ts';
import { type Millrace, prepareMillrace } from './support/millrace.ts';

const picture =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="#b45309"><circle cx="12" cy="12" r="9"/></svg>';
const className = 'ex.SaysSourceConnector';

test.describe('the catalog with packages of others', () => {
  let millrace: Millrace;
  let folder: string;

  test.beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millrace-packages-'));
    for (const version of ['1.0.0', '2.0.0']) {
      writePackage(
        join(folder, `says-${version}`),
        version,
        { 'plugin.js': sayingSource(className, `'version ${version}'`), 'icon.svg': picture },
        { pluginApi: 1, plugins: ['./plugin.js'], icon: './icon.svg' },
      );
    }
    writePackage(join(folder, 'torn'), '0.9.0', { 'plugin.js': 'throw new Error("torn on purpose");' });
    millrace = await prepareMillrace(['--plugin-path', folder]);
    await millrace.start();
  });

  test.afterAll(async () => {
    await millrace?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('shows them with versions and place, and what is broken with the reason', async ({ page }) => {
    await page.goto(`${millrace.url}/catalog`);
    await expect(page.getByText('One package with plugins cannot be used')).toBeVisible();
    await expect(page.getByText('torn on purpose')).toBeVisible();
    const card = page
      .getByRole('listitem')
      .filter({ has: page.getByRole('link', { name: 'Says', exact: true }) });
    await expect(card.getByText('2 versions')).toBeVisible();
    await expect(card.getByText('installed')).toBeVisible();
    await expect(card.locator('img')).toHaveAttribute('src', /^data:image\/svg\+xml,/);
    expect(await accessibilityProblems(page)).toEqual([]);

    await page.getByRole('link', { name: 'Says', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'Says', level: 1 })).toBeVisible();
    await expect(page.getByText(join(folder, 'says-2.0.0'))).toBeVisible();
    await expect(page.getByText(`Topic of ${className}.`)).toBeVisible();
    await page.getByRole('link', { name: '1.0.0', exact: true }).click();
    await expect(page).toHaveURL(/version=1\.0\.0/);
    await expect(page.getByText(join(folder, 'says-1.0.0'))).toBeVisible();
    expect(await accessibilityProblems(page)).toEqual([]);

    const documentation = await page.getByRole('link', { name: 'Markdown' }).getAttribute('href');
    const answer = await page.request.get(`${millrace.url}${documentation}`);
    expect(answer.headers()['content-type']).toContain('text/markdown');
    expect(await answer.text()).toMatch(/^# Says\n[\s\S]*- Version: 1\.0\.0\n[\s\S]*\| `topic` +\| string/);
  });

  test('has converters and transforms with their settings, too', async ({ page }) => {
    await page.goto(`${millrace.url}/catalog`);
    await page.getByText('Transforms', { exact: true }).click();
    await page.getByRole('searchbox', { name: 'Search the catalog' }).fill('RegexRouter');
    await page.getByRole('main').getByRole('link').first().click();
    await expect(page.getByRole('heading', { name: 'replacement', exact: true })).toBeVisible();
    await expect(page.getByText('comes with Millrace')).toBeVisible();
    await expect(page.getByRole('link', { name: 'Set up' })).toHaveCount(0);
  });

  test('leads from a package to a connector that runs', async ({ page }) => {
    await page.goto(`${millrace.url}/catalog/${className}`);
    await page.getByRole('link', { name: 'Set up' }).click();
    await page.locator('#field-name').fill('says');
    await page.locator('#field-topic').fill('said');
    await expect(page.getByText('All settings are valid.')).toBeVisible();
    await page.getByRole('button', { name: 'Create connector' }).click();
    await expectRunning(page);
  });

  test('fits a narrow screen', async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    for (const path of ['/catalog', `/catalog/${className}`]) {
      await page.goto(`${millrace.url}${path}`);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    }
  });
});
