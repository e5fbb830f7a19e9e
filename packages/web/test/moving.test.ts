/** A chart of many lines while it is moved. */
import type { Page } from 'playwright-core';
import t from 'tap';
import { boxOf, drawn, noBrowser, open, recorded, view } from './browser.ts';

/** How many pixels of the first chart are not empty, and a number that changes with where they are. */
async function canvasOf(page: Page): Promise<{ readonly pixels: number; readonly places: number }> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.panel canvas')!;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    let [pixels, places] = [0, 0];
    for (let at = 3; at < data.length; at += 4) {
      if (data[at] === 0) continue;
      pixels++;
      places += at;
    }
    return { pixels, places };
  });
}

t.test(
  'lines are there while they move, and sharp when they rest',
  { skip: noBrowser, timeout: 120_000 },
  async (t) => {
    t.testdir({});
    const url = await view(t, await recorded(t, 'churn'));
    const { containers } = (await (await fetch(`${url}/api/v1/containers`)).json()) as {
      containers: { key: string; node: string }[];
    };
    const query = new URLSearchParams([
      ['panel', 'processes.stat_rss_bytes,process'],
      ...containers.map(({ key, node }) => ['container', node === '' ? key : `${node}:${key}`]),
    ]);
    const { page, faults } = await open(t, url, `/?${query}`);
    await page.getByRole('button', { name: 'all', exact: true }).click();
    await drawn(page);
    const values = await page.locator('.read-out li').count();
    t.ok(values > 70, `${values} lines of 300 s: more than are drawn anew with each move`);
    const before = await canvasOf(page);

    const box = await boxOf(page.locator('.panel .u-over').first());
    const middle = box.y + box.height / 2;
    await page.keyboard.down('Shift');
    await page.mouse.move(box.x + box.width * 0.5, middle);
    await page.mouse.down();
    const steps = await page.evaluate(() => history.length);
    for (let step = 1; step <= 10; step++) await page.mouse.move(box.x + box.width * (0.5 - step * 0.01), middle);
    const moving = await canvasOf(page);
    t.not(moving.places, before.places, 'it moves with the mouse');
    t.ok(moving.pixels > before.pixels * 0.6, `${moving.pixels} of ${before.pixels} pixels are drawn meanwhile`);
    await page.mouse.up();
    await page.keyboard.up('Shift');
    await drawn(page);
    for (let turn = 0; turn < 5; turn++) await page.mouse.wheel(0, -100);
    await drawn(page);
    t.equal(await page.evaluate(() => history.length), steps + 2, 'a gesture is one step back, however long it was');

    // The same view, opened anew: nothing is left of the picture.
    await page.mouse.move(5, 5);
    const rested = await canvasOf(page);
    await page.reload();
    await drawn(page);
    const again = await canvasOf(page);
    const difference = Math.abs(again.pixels - rested.pixels) / again.pixels;
    t.ok(difference < 0.01, `${rested.pixels} pixels, ${again.pixels} when opened anew`);
    t.same(
      faults.filter((fault) => !fault.includes('willReadFrequently')),
      [],
    );
  },
);
