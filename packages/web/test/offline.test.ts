/** A page in a file, opened without a network, and what a person does with it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { run } from '@fgm/cli';
import type { Page } from 'playwright-core';
import t from 'tap';
import type { Test } from 'tap';
import { boxOf, noBrowser, open, picture, recorded, view, viewWith } from './browser.ts';

const EVERYTHING = { skip: noBrowser, timeout: 240_000 } as const;

async function exported(t: Test, directory: string, ...args: readonly string[]): Promise<string> {
  const path = join(t.testdirName, 'page.html');
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const terminal = { stdout, stderr } as unknown as Parameters<typeof run>[1];
  t.equal(await run(['export', directory, '-o', path, ...args], terminal), 0, String(stderr.read() ?? ''));
  return path;
}

async function drawn(page: Page): Promise<void> {
  await page.waitForFunction(
    () => document.querySelectorAll('canvas').length > 0 && document.querySelectorAll('.plot .message').length === 0,
  );
}

t.test('a page in a file', EVERYTHING, async (t) => {
  t.testdir({});
  const metrics = 'cpu_usage_millicores,memory_current_bytes,processes.stat_rss_bytes';
  const path = await exported(t, await recorded(t, 'churn'), '--metrics', metrics);
  const { page, faults } = await open(t, `file://${path}`, '', { offline: true });
  await drawn(page);
  await picture(page, 'offline');
  t.equal(await page.locator('.panel').count(), 3, 'a chart for each metric');
  t.ok((await page.locator('.containers li').count()) > 20);
  t.match(await page.locator('.state').textContent(), /^recorded until .*, exported /);

  // Hover: the cursor is the same in all charts.
  const plot = page.locator('.panel .u-over').first();
  const box = await boxOf(plot);
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2);
  const instants = await page.locator('.read-out .instant').allTextContents();
  t.match(instants[0], /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  t.equal(new Set(instants).size, 1);

  // Zoom.
  const from = Number(new URL(page.url()).searchParams.get('from'));
  await page.mouse.move(box.x + box.width * 0.3, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.7, box.y + 60, { steps: 5 });
  await page.mouse.up();
  await page.waitForFunction((at) => Number(new URLSearchParams(location.search).get('from')) > at, from);
  await page.keyboard.press('0');
  await page.waitForFunction((at) => Number(new URLSearchParams(location.search).get('from')) <= at, from);
  await drawn(page);

  // A study.
  const memory = page.locator('.panel').nth(1);
  await memory.getByLabel('Study').selectOption('trend');
  await memory.locator('.findings li').first().waitFor();
  t.match(await memory.locator('.findings').textContent(), /rises by .* a second/);
  await picture(page, 'offline-study');

  // One container.
  await page.locator('.containers li:not(.gone) input').nth(3).check();
  await page.waitForFunction(
    () => document.querySelectorAll('.panel')[0]!.querySelectorAll('.read-out li').length <= 2,
  );
  await page.getByRole('button', { name: /clear 1 chosen/ }).click();

  // The processes of an instant, and what happened.
  await page.mouse.click(box.x + box.width * 0.7, box.y + 60);
  await page.locator('.processes tbody tr').first().waitFor();
  t.ok((await page.locator('.events li.critical').count()) > 0, 'an OOM kill');

  // What is in it can be taken out again.
  await page.locator('.export summary').click();
  await picture(page, 'offline-menu');
  for (const [item, file, start] of [
    [/all rows of containers/, 'containers.parquet', 'PAR1'],
    [/all charts/, 'charts.png', '\x89PNG'],
  ] as const) {
    const saved = page.waitForEvent('download');
    await page.locator('.export button', { hasText: item }).click();
    const download = await saved;
    t.equal(download.suggestedFilename(), file);
    t.equal(readFileSync(await download.path()).toString('latin1', 0, 4), start);
  }
  const saved = page.waitForEvent('download');
  await memory.getByText('CSV', { exact: true }).click();
  t.match(readFileSync(await (await saved).path(), 'utf8'), /^time,/);
  t.same(faults, [], 'nothing went wrong, and nobody was asked');
});

t.test('limits are told on the page', EVERYTHING, async (t) => {
  t.testdir({});
  const path = await exported(t, await recorded(t, 'v2'), '--max-rows', '200');
  const { page, faults } = await open(t, `file://${path}`, '', { offline: true, width: 390, height: 844, dark: true });
  await drawn(page);
  t.match(await page.getByRole('note').textContent(), /^This file is cut after 200 of \d+ rows, at /);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  t.ok(wider <= 0, `${wider} pixels wider than the window`);
  await page.locator('.export summary').click();
  await picture(page, 'offline-phone');
  t.same(faults, []);
});

t.test('what is shown, saved from the page, is shown by the file', EVERYTHING, async (t) => {
  t.testdir({});
  const url = await view(t, await recorded(t, 'v2'));
  const address =
    '/?panel=containers.memory_current_bytes,container,trend&panel=containers.cpu_stat_usage_usec,all&last=86400';
  const { page, faults } = await open(t, url, address);
  await page.getByRole('button', { name: 'all', exact: true }).click();
  await page.locator('.containers li:not(.gone) input').nth(1).check();
  await drawn(page);
  await page.locator('.export summary').click();
  await picture(page, 'export-menu');
  const names = await page.locator('.export button').allTextContents();
  t.ok(
    names.some((name) => name.startsWith('CSV')),
    names.join(', '),
  );
  const saved = page.waitForEvent('download', { timeout: 120_000 });
  await page.locator('.export button', { hasText: 'needs no network' }).click();
  const download = await saved;
  t.match(download.suggestedFilename(), /^fgm-\d{8}T\d{6}Z\.html$/);
  const path = join(t.testdirName, 'saved.html');
  await download.saveAs(path);
  t.same(faults, []);

  const file = await open(t, `file://${path}`, '', { offline: true });
  await drawn(file.page);
  const query = new URL(file.page.url()).searchParams;
  const before = new URL(page.url()).searchParams;
  for (const name of ['from', 'to', 'panel', 'container']) t.same(query.getAll(name), before.getAll(name), name);
  const values = async (one: Page): Promise<string[]> => one.locator('.read-out .value').allTextContents();
  t.same(await values(file.page), await values(page), 'the same values');
  t.equal(await file.page.locator('.containers li').count(), 1, 'and only what was chosen');
  await picture(file.page, 'saved');
  t.same(file.faults, []);
});

t.test('a saved page is called what the dashboard calls it, and so are its charts', EVERYTHING, async (t) => {
  const dashboards = join(t.testdir({ dashboards: {} }), 'dashboards');
  const panels = [
    { metric: 'memory_current_bytes', title: 'Memory of <b>{{WHO}}</b> — всё' },
    { metric: 'containers.cpu_usage_millicores' },
    { metric: 'memory_current_bytes', title: 'Memory, once more', study: 'trend' },
  ];
  const document = { schema_version: 1, name: 'Pods of {{WHO}}', description: 'what one should see', panels };
  writeFileSync(join(dashboards, 'pods.json'), JSON.stringify(document));
  const url = await viewWith(t, { dashboards }, await recorded(t, 'v2'));
  const { page } = await open(t, url, '/?dashboard=pods&WHO=us&last=86400');
  const titles = async (one: Page): Promise<string[]> =>
    (await one.locator('.panel .metric').allTextContents()).map((text) => text.replace(/ \S+$/, ''));
  await page.getByText('Pods of us').waitFor();
  await drawn(page);
  const wanted = ['Memory of <b>us</b> — всё', 'containers.cpu_usage_millicores', 'Memory, once more'];
  t.same(await titles(page), wanted);
  await page.getByRole('button', { name: 'all', exact: true }).click();
  await drawn(page);
  await page.goBack();
  await drawn(page);
  t.same(await titles(page), wanted, 'who goes back finds them');
  await page.reload();
  await page.getByText('Memory, once more').waitFor();
  t.same(await titles(page), wanted, 'and who loads the page again');

  await page.locator('.export summary').click();
  const saved = page.waitForEvent('download', { timeout: 120_000 });
  await page.locator('.export button', { hasText: 'needs no network' }).click();
  const path = join(t.testdirName, 'titled.html');
  await (await saved).saveAs(path);
  const file = await open(t, `file://${path}`, '', { offline: true });
  await file.page.getByText('Memory, once more').waitFor();
  await drawn(file.page);
  t.same(await titles(file.page), wanted);
  t.equal(await file.page.locator('.dashboard').textContent(), 'Pods of us what one should see');
  t.equal(await file.page.locator('.panel').nth(2).getByLabel('Study').inputValue(), 'trend');
  await picture(file.page, 'saved-dashboard');
  await file.page.reload();
  await file.page.getByText('Memory, once more').waitFor();
  t.same(await titles(file.page), wanted);
  t.equal(await file.page.locator('.dashboard').count(), 1);
  t.same(file.faults, []);
});
