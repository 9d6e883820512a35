import { writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { accessibilityProblems } from './support/accessibility.ts';
import { createByRest } from './support/connect-rest.ts';
import { type Millrace, prepareMillrace } from './support/millrace.ts';

const sourceClass = 'org.apache.kafka.connect.file.FileStreamSourceConnector';
const sinkClass = 'org.apache.kafka.connect.file.FileStreamSinkConnector';
const longName = 'a-connector-whose-name-is-longer-than-any-phone-is-wide-and-has-no-blank';

let millrace: Millrace;

test.beforeAll(async () => {
  millrace = await prepareMillrace();
  await millrace.start();
  const { restUrl, folder } = millrace;
  const file = join(folder, 'source.txt');
  await writeFile(file, 'one\ntwo\n');
  await createByRest(
    restUrl,
    'lines-in',
    { 'connector.class': sourceClass, file, topic: 'lines' },
    'RUNNING',
  );
  await createByRest(
    restUrl,
    longName,
    { 'connector.class': sourceClass, file, topic: 'x'.repeat(200) },
    'RUNNING',
  );
  await createByRest(
    restUrl,
    'cannot-write',
    { 'connector.class': sinkClass, file: join(folder, 'no-folder', 'sink.txt'), topics: 'lines' },
    'FAILED',
  );
});

test.afterAll(() => millrace?.close());

const pages: readonly { readonly path: string; readonly shows: string }[] = [
  { path: '/', shows: 'Needs attention' },
  { path: '/connectors', shows: 'cannot-write' },
  { path: '/connectors?q=state:nonsense', shows: 'No connector fits' },
  { path: '/connectors/cannot-write/tasks', shows: 'Whole trace' },
  { path: '/connectors/lines-in/config', shows: 'connector.class' },
  { path: '/connectors/lines-in/topics', shows: 'written to' },
  { path: '/connectors/lines-in/offsets', shows: 'Read again' },
  { path: '/connectors/lines-in/timeline', shows: 'Config created' },
  { path: '/connectors/lines-in/edit', shows: 'Save config' },
  { path: `/connectors/${longName}/tasks`, shows: 'Task 0' },
  { path: '/connectors/no-such-connector/tasks', shows: 'No such connector' },
  { path: '/connectors/new', shows: 'Or paste a config' },
  { path: `/connectors/new/${sinkClass}`, shows: 'Create connector' },
  { path: '/catalog', shows: 'FileStream sink' },
  { path: `/catalog/${sourceClass}`, shows: 'Settings of its own' },
  { path: '/topics?internal=1', shows: 'lines' },
  { path: '/topics/lines', shows: 'all there are' },
  { path: '/topics/no-such-topic', shows: 'No such topic' },
  { path: '/workers', shows: 'this worker' },
  { path: '/no/such/page', shows: 'There is no such page' },
];

const screens = [
  { name: 'wide and light', width: 1440, height: 900, colorScheme: 'light' },
  { name: 'wide and dark', width: 1440, height: 900, colorScheme: 'dark' },
  { name: 'a phone', width: 360, height: 740, colorScheme: 'light' },
] as const;

for (const { name, width, height, colorScheme } of screens) {
  test.describe(`on ${name}`, () => {
    test.use({ viewport: { width, height }, colorScheme });

    for (const { path, shows } of pages) {
      test(`${path} is accessible, fits and reports no error`, async ({ page }) => {
        const problems = collectProblems(page);
        await page.goto(millrace.url + path);
        await expect(page.getByText(shows).filter({ visible: true }).first()).toBeVisible();
        await expect(page.getByRole('button', { name: 'Live' })).toBeVisible();
        expect(await accessibilityProblems(page)).toEqual([]);
        const [content, screen] = await page.evaluate(() => [
          document.documentElement.scrollWidth,
          document.documentElement.clientWidth,
        ]);
        expect(content).toBeLessThanOrEqual(screen);
        expect(problems).toEqual([]);
      });
    }
  });
}

test('a page that is asked for under a foreign name is refused', async () => {
  const { port } = new URL(millrace.url);
  const statusFor = (host: string) =>
    new Promise((done, failed) => {
      get({ port, host: '127.0.0.1', path: '/', headers: { host } }, (response) => {
        response.resume();
        done(response.statusCode);
      }).on('error', failed);
    });
  expect(await statusFor(`localhost:${port}`)).toBe(200);
  expect(await statusFor('rebound.example')).toBe(403);
});

test('the keyboard alone reaches the content, the search and a connector', async ({ page }) => {
  await page.goto(`${millrace.url}/connectors`);
  await expect(page.getByRole('button', { name: 'Live' })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('#content')).toBeFocused();

  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox', { name: 'Search connectors' })).toBeFocused();
  await page.keyboard.type('state:failed');
  await expect(page).toHaveURL(/q=state%3Afailed/);
  await expect(page.getByText('1 of 3 connectors')).toBeVisible();
  await page.getByRole('link', { name: 'cannot-write' }).filter({ visible: true }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: /cannot-write/, level: 1 })).toBeVisible();
  await expect(page.getByText(/no-folder/).first()).toBeVisible();
});

test('the theme that was chosen is there from the first byte of the next page', async ({ page }) => {
  await page.goto(millrace.url);
  await page.getByRole('button', { name: 'Theme: as the system' }).click();
  await page.getByRole('button', { name: 'Theme: light' }).click();
  await expect(page.getByRole('button', { name: 'Theme: dark' })).toBeVisible();
  const response = await page.goto(`${millrace.url}/workers`);
  expect(await response?.text()).toContain('data-theme="dark"');
});

test('what has failed is explained with its cause, restarted, paused, resumed, stopped and deleted', async ({
  page,
}) => {
  await createByRest(
    millrace.restUrl,
    'to-delete',
    { 'connector.class': sourceClass, file: join(millrace.folder, 'source.txt'), topic: 'deleted' },
    'RUNNING',
  );
  await page.goto(`${millrace.url}/connectors/to-delete/tasks`);
  const heading = page.getByRole('heading', { level: 1 });
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(heading.getByText('Paused')).toBeVisible();
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(heading.getByText('Running')).toBeVisible();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Stop' }).click();
  await expect(heading.getByText('Stopped')).toBeVisible();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByRole('textbox').fill('to-delete');
  await dialog.getByRole('button', { name: 'Delete connector' }).click();
  await expect(page).toHaveURL(/\/connectors$/);
  await expect(page.getByText('3 connectors')).toBeVisible();
});

test('form and text are one document, with errors at their fields and a hint for a misspelt key', async ({
  page,
}) => {
  await page.goto(`${millrace.url}/connectors/new/${sourceClass}`);
  const text = page.getByRole('textbox', { name: 'Config as text' });
  await page.locator('#field-name').fill('from-form');
  await expect(text).toContainText('"name": "from-form"');

  await text.fill('{"name": "lines-in", "topic": "t", "batch.sise": 5, "tasks.max": "none"}');
  await expect(page.locator('#field-name')).toHaveValue('lines-in');
  await expect(page.locator('[id="field-tasks.max-errors"]')).toContainText('Not a number');
  await page.getByRole('button', { name: 'batch.size', exact: true }).click();
  await expect(text).toContainText('"batch.size": "5"');
  await expect(page.locator('[id="field-batch.size"]')).toHaveValue('5');

  await page.getByRole('button', { name: 'Create connector' }).click();
  const summary = page.getByRole('region', { name: 'Settings that need a look' });
  await expect(summary).toBeFocused();
  await summary.getByRole('link', { name: 'Tasks max' }).click();
  await expect(page.locator('[id="field-tasks.max"]')).toBeFocused();
  await page.locator('[id="field-tasks.max"]').fill('1');
  await expect(page.getByText('All settings are valid.')).toBeVisible();
  await page.getByRole('button', { name: 'Create connector' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'That name is taken' })).toBeVisible();

  await text.fill('{"name": ');
  await expect(page.getByText('The text is not complete').first()).toBeVisible();
  await expect(page.locator('#field-name')).toHaveValue('lines-in');
});

test('a pasted config finds its connector', async ({ page }) => {
  await page.goto(`${millrace.url}/connectors/new`);
  await page.getByLabel(/^JSON, a body/).fill('name=pasted\nconnector.class=FileStreamSource\ntopic=p\n');
  await page.getByRole('button', { name: 'Go on with this config' }).click();
  await expect(page.locator('#field-name')).toHaveValue('pasted');
  await expect(page.locator('#field-topic')).toHaveValue('p');
});

for (const name of ['new', 'ünï (1) +x -> y']) {
  test(`a connector called ${name} has its pages`, async ({ page }) => {
    const file = join(millrace.folder, 'source.txt');
    await createByRest(
      millrace.restUrl,
      name,
      { 'connector.class': sourceClass, file, topic: 'odd' },
      'RUNNING',
    );
    await page.goto(`${millrace.url}/connectors?q=topic:odd`);
    await page.getByRole('link', { name, exact: true }).filter({ visible: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText(name);
    await page.getByRole('link', { name: 'Config', exact: true }).click();
    await expect(page.getByText('connector.class')).toBeVisible();
    await page.reload();
    await expect(page.getByRole('heading', { level: 1 })).toContainText(name);
    await page.getByRole('link', { name: 'Edit', exact: true }).click();
    await expect(page.locator('#field-name')).toHaveValue(name);
    await fetch(`${millrace.restUrl}/connectors/${encodeURIComponent(name)}`, { method: 'DELETE' });
  });
}

test('times are of the reader, not of the server', async ({ browser }) => {
  const context = await browser.newContext({ timezoneId: 'Pacific/Chatham' });
  const page = await context.newPage();
  await page.goto(`${millrace.url}/connectors/lines-in/timeline`);
  const entry = page.getByRole('listitem').filter({ hasText: 'Config created' }).getByRole('time');
  const [shown, stamp] = [entry.first(), await entry.first().getAttribute('datetime')];
  const expected = new Date(stamp ?? '').toLocaleTimeString('en', {
    hour12: false,
    timeZone: 'Pacific/Chatham',
  });
  await expect(shown).toHaveText(expected);
  await context.close();
});

test('a config is edited and saved', async ({ page }) => {
  await page.goto(`${millrace.url}/connectors/lines-in/edit`);
  await page.getByText('All', { exact: true }).click();
  await page.locator('[id="field-batch.size"]').fill('10');
  await expect(page.getByText('1 key changed')).toBeVisible();
  await page.getByRole('button', { name: 'Save config' }).click();
  await expect(page).toHaveURL(/\/connectors\/lines-in\/config$/);
  await expect(page.getByText('batch.size')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 }).getByText('Running')).toBeVisible();
});

/** Errors of the browser's console and of scripts. A page about what is not there has its 404. */
function collectProblems(page: Page): string[] {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 404/.test(message.text())) problems.push(message.text());
  });
  return problems;
}
