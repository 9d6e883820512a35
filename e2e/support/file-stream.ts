import { readFile } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';

/** Lines of a file that another process appends to; none when it is not there yet. */
export async function linesOf(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').slice(0, -1);
}

interface FileStream {
  readonly plugin: 'FileStream source' | 'FileStream sink';
  readonly name: string;
  readonly file: string;
  readonly topic: string;
}

/** From the catalog to a running connector, by nothing but what a person sees. */
export async function createFileStream(page: Page, { plugin, name, file, topic }: FileStream): Promise<void> {
  await page.getByRole('link', { name: 'Catalog', exact: true }).click();
  await page.getByRole('link', { name: plugin, exact: true }).click();
  await expect(page.getByRole('heading', { name: plugin, level: 1 })).toBeVisible();
  await page.getByRole('link', { name: 'Set up' }).click();
  await page.locator('#field-name').fill(name);
  await page.locator('#field-file').fill(file);
  await page.locator(plugin === 'FileStream source' ? '#field-topic' : '#field-topics').fill(topic);
  await expect(page.getByText('All settings are valid.')).toBeVisible();
  await page.getByRole('button', { name: 'Create connector' }).click();
  await expect(page.getByRole('heading', { name: new RegExp(name), level: 1 })).toBeVisible();
}

/** Both the connector and its one task say that they run. */
export async function expectRunning(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 }).getByText('Running')).toBeVisible();
  await expect(page.getByRole('list', { name: 'Tasks' }).getByText('Running')).toBeVisible();
}
