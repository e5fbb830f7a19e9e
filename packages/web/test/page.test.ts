/** What a person does with the page, in a real browser, on a real recording. */
import { statSync } from 'node:fs';
import type { Page } from 'playwright-core';
import t from 'tap';
import { boxOf, drawn, noBrowser, open, picture, recorded, serious, view } from './browser.ts';

const EVERYTHING = { skip: noBrowser, timeout: 120_000 } as const;

/** From and to in the address, in milliseconds; null while it is live. */
function rangeIn(page: Page): { readonly from: number; readonly to: number } | null {
  const query = new URL(page.url()).searchParams;
  return query.has('from') ? { from: Number(query.get('from')), to: Number(query.get('to')) } : null;
}

async function values(page: Page, panel: number): Promise<string[]> {
  return page.locator('.panel').nth(panel).locator('.read-out .value').allTextContents();
}

t.test('charts, containers, events, and what a person can do with them', EVERYTHING, async (t) => {
  t.testdir({});
  const url = await view(t, await recorded(t, 'churn'));
  const { page, faults } = await open(t, url);
  await page.getByRole('button', { name: 'all', exact: true }).click();
  await drawn(page);
  await picture(page, 'page');

  t.equal(await page.locator('.panel').count(), 2, 'two charts to begin with');
  t.ok((await page.locator('.containers li').count()) > 20);
  t.match(await page.locator('.panel .more').first().textContent(), /top 10 of \d+/);
  t.ok((await page.locator('.containers li.gone').count()) > 0, 'who is gone is told');

  // The cursor is the same in both charts.
  const plot = page.locator('.panel .u-over').first();
  const box = await boxOf(plot);
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2);
  const instants = await page.locator('.read-out .instant').allTextContents();
  t.match(instants[0], /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  t.equal(instants[0], instants[1]);
  t.ok((await values(page, 1)).some((value) => /MiB/.test(value)));

  // Dragging chooses a range, which is in the address and can be gone back from.
  const before = rangeIn(page)!;
  await page.mouse.move(box.x + box.width * 0.3, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 60, { steps: 5 });
  await page.mouse.up();
  await page.waitForFunction((from) => Number(new URLSearchParams(location.search).get('from')) > from, before.from);
  const zoomed = rangeIn(page)!;
  const part = (zoomed.to - zoomed.from) / (before.to - before.from);
  t.ok(part > 0.15 && part < 0.25, `${part} of it`);
  await page.goBack();
  await page.waitForFunction((from) => Number(new URLSearchParams(location.search).get('from')) === from, before.from);

  // The wheel zooms at the cursor; Shift and dragging move.
  await page.mouse.move(box.x + box.width * 0.5, box.y + 50);
  await page.mouse.wheel(0, -240);
  await page.waitForFunction((from) => Number(new URLSearchParams(location.search).get('from')) > from, before.from);
  const closer = rangeIn(page)!;
  t.ok(closer.to - closer.from < before.to - before.from);
  await page.keyboard.down('Shift');
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.4, box.y + 50, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await page.waitForFunction((from) => Number(new URLSearchParams(location.search).get('from')) > from, closer.from);
  const moved = rangeIn(page)!;
  t.ok(Math.abs(moved.to - moved.from - (closer.to - closer.from)) < 2, 'as long as before');

  // One container alone has its limit drawn.
  await page.keyboard.press('0');
  await page.getByLabel('Search containers').fill('memory');
  await page.getByLabel('Search containers').fill('');
  await page.locator('.containers li:not(.gone) input').nth(3).check();
  await page.waitForFunction(() => new URLSearchParams(location.search).has('container'));
  await drawn(page);
  t.equal(new URL(page.url()).searchParams.getAll('container').length, 1);
  t.ok((await page.locator('.panel').nth(0).locator('.read-out li').count()) <= 2);
  await page.getByRole('button', { name: /clear 1 chosen/ }).click();

  // Another chart, found by some of its letters, without the mouse.
  await page.getByRole('button', { name: '+ chart' }).click();
  await page.locator('.picker input:focus').waitFor();
  await page.keyboard.type('proc rss');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  const first = await page.locator('.picker [aria-selected=true] .name').textContent();
  t.match(first, /processes.*rss/);
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelectorAll('.panel').length === 3);
  t.equal(new URL(page.url()).searchParams.getAll('panel').at(-1), first);
  await page.locator('.panel').nth(2).getByLabel('Lines').selectOption('process');
  await drawn(page);
  t.match(new URL(page.url()).searchParams.getAll('panel').at(-1), /,process$/);
  await page.getByRole('button', { name: `Remove ${first}` }).click();
  t.equal(await page.locator('.panel').count(), 2);

  // A study says what it finds in the lines, and shows it.
  await page.locator('.panel').nth(1).getByLabel('Study').selectOption('trend');
  await page.locator('.panel').nth(1).locator('.findings li').first().waitFor();
  const leak = await page.locator('.panel').nth(1).locator('.findings').textContent();
  t.match(leak, /rises by .* a second/, 'the leak');
  t.match(new URL(page.url()).searchParams.getAll('panel')[1], /,container,trend$/);
  await picture(page, 'study');
  await page.locator('.panel').nth(1).getByLabel('Study').selectOption('');
  t.equal(await page.locator('.findings').count(), 0);

  // What a chart shows can be taken along.
  for (const [name, file] of [
    ['CSV', 'containers.cpu_usage_millicores.csv'],
    ['PNG', 'containers.cpu_usage_millicores.png'],
  ] as const) {
    const saved = page.waitForEvent('download');
    await page.locator('.panel').first().getByText(name, { exact: true }).click();
    const download = await saved;
    t.equal(download.suggestedFilename(), file);
    t.ok(statSync(await download.path()).size > 1000, `${name} has something in it`);
  }

  // A click lists the processes of that instant.
  await page.mouse.click(box.x + box.width * 0.7, box.y + 60);
  await page.locator('.processes tbody tr').first().waitFor();
  t.ok((await page.locator('.processes tbody tr').count()) > 3);
  t.ok(new URL(page.url()).searchParams.has('at'));
  const sizes = async (): Promise<string[]> => page.locator('.processes tbody td:nth-child(5)').allTextContents();
  const byCpu = await sizes();
  await page.locator('.processes').getByRole('button', { name: 'RSS' }).click();
  await page.waitForFunction(
    (first) => document.querySelector('.processes tbody td:nth-child(5)')!.textContent !== first,
    byCpu[0],
  );
  await picture(page, 'processes');
  await page.getByRole('button', { name: 'Close the list of processes' }).click();
  t.equal(await page.locator('.processes').count(), 0);

  // Events: a loss is shown, and leads to its time.
  t.ok((await page.locator('.events li.critical').count()) > 0, 'an OOM kill');
  await page.locator('.events li.critical button').first().click();
  const around = rangeIn(page)!;
  t.equal(around.to - around.from, 120_000);

  t.same(faults, [], 'nothing went wrong, and nobody else was asked');
});

t.test('the whole view is in the address', EVERYTHING, async (t) => {
  t.testdir({});
  const url = await view(t, await recorded(t, 'churn'));
  const one = await open(t, url, '/?panel=containers.pids_current,all&last=86400&search=pod', { dark: true });
  await one.page.getByRole('button', { name: 'all', exact: true }).click();
  await drawn(one.page);
  await picture(one.page, 'dark');
  t.equal(await one.page.getByLabel('Search containers').inputValue(), 'pod');
  t.match(await one.page.locator('.count').textContent(), /\d+ of \d+ containers/);
  const again = await open(t, url, new URL(one.page.url()).search, { dark: true });
  await drawn(again.page);
  t.equal(again.page.url(), one.page.url());
  t.same(await values(again.page, 0), await values(one.page, 0));
  t.equal(await again.page.evaluate(() => document.documentElement.dataset['theme']), 'dark');
});

t.test('regions of memory on top of each other', EVERYTHING, async (t) => {
  t.testdir({});
  const url = await view(t, await recorded(t, 'hybrid'));
  const { page, faults } = await open(t, url, '/?panel=mappings.smaps_rss_bytes,mapping,,stacked');
  await page.getByRole('button', { name: 'all', exact: true }).click();
  await drawn(page);
  const panel = page.locator('.panel').first();
  const names = await panel.locator('.read-out .name').allTextContents();
  t.ok(
    names.some((name) => name.endsWith('/bin/busybox')),
    names.join(', '),
  );
  /** Share of the chart that is drawn upon. */
  const drawnUpon = async (): Promise<number> =>
    panel.locator('.plot').evaluate((plot) => {
      const canvas = plot.querySelector('canvas')!;
      const { width, height } = canvas;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height);
      let count = 0;
      for (let at = 3; at < data.length; at += 4) if (data[at]! > 60) count++;
      return count / (width * height);
    });
  const filled = await drawnUpon();
  await picture(page, 'regions');
  await panel.getByLabel('Form').selectOption('lines');
  t.equal(new URL(page.url()).searchParams.get('panel'), 'mappings.smaps_rss_bytes,mapping');
  await drawn(page);
  t.ok(filled > 2 * (await drawnUpon()), 'areas, not lines');
  t.same(faults, []);
});

t.test('by keys alone', EVERYTHING, async (t) => {
  t.testdir({});
  const url = await view(t, await recorded(t, 'v2'));
  const { page } = await open(t, url);
  await drawn(page).catch(() => undefined);
  await page.keyboard.press('0');
  await drawn(page);
  const all = rangeIn(page)!;
  await page.keyboard.press('+');
  await page.waitForFunction((from) => Number(new URLSearchParams(location.search).get('from')) > from, all.from);
  const closer = rangeIn(page)!;
  await page.keyboard.press('ArrowLeft');
  await page.waitForFunction((from) => Number(new URLSearchParams(location.search).get('from')) < from, closer.from);
  await page.keyboard.press('?');
  t.equal(await page.getByRole('dialog').count(), 1);
  await page.keyboard.press('/');
  t.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'Search containers');
  await page.keyboard.type('l+0');
  t.equal(await page.getByLabel('Search containers').inputValue(), 'l+0', 'in a field keys are letters');
});

t.test(
  'at the width of a phone nothing is cut off, and assistive programs find nothing serious',
  EVERYTHING,
  async (t) => {
    t.testdir({});
    const url = await view(t, await recorded(t, 'v2'));
    for (const [name, width, dark] of [
      ['phone', 390, false],
      ['phone-dark', 390, true],
      ['desk', 1400, false],
      ['desk-dark', 1400, true],
    ] as const) {
      const { page } = await open(t, url, '/', { width, height: 844, dark });
      await page.keyboard.press('0');
      await drawn(page);
      await picture(page, name);
      t.same(await serious(page), [], name);
    }
  },
);
