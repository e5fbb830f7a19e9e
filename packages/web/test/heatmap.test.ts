/** A row for each container, in which colours say how much. */
import type { Page } from 'playwright-core';
import t from 'tap';
import { cssOf, scaleOf, type Shade, shadeAt, shadesOf } from '../src/colour-scale.ts';
import { formatValue } from '../src/units.ts';
import { ask, drawn, noBrowser, open, picture, recorded, serious, view } from './browser.ts';

const EVERYTHING = { skip: noBrowser, timeout: 120_000 } as const;
const CPU = 'containers.cpu_usage_millicores';

interface Answer {
  readonly from: number;
  readonly step: number;
  readonly charts: readonly {
    readonly lines: readonly { readonly key: string; readonly values: (number | null)[] }[];
  }[];
}

t.test('more is darker, or lighter in the dark, for all eyes', (t) => {
  // How colours look to those without one kind of cone (Machado, Oliveira and Fernandes 2009, complete).
  const eyes: Readonly<Record<string, readonly number[]>> = {
    all: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    protan: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
    deutan: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
    tritan: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
  };
  const lightness = (shade: Shade, eye: readonly number[]): number => {
    const linear = shade.map((one) => ((one / 255 + 0.055) / 1.055) ** 2.4);
    const seen = [0, 1, 2].map((row) => linear.reduce((sum, one, at) => sum + one * eye[row * 3 + at]!, 0));
    const luminance = 0.2126 * seen[0]! + 0.7152 * seen[1]! + 0.0722 * seen[2]!;
    return 116 * Math.cbrt(Math.max(0, luminance)) - 16;
  };
  for (const dark of [false, true]) {
    for (const [name, eye] of Object.entries(eyes)) {
      const all = shadesOf(dark).map((shade) => lightness(shade, eye) * (dark ? 1 : -1));
      t.ok(
        all.every((one, at) => at === 0 || one >= all[at - 1]! - 0.05),
        `${name}, ${dark ? 'dark' : 'light'}`,
      );
      t.ok(all.at(-1)! - all[0]! > 60, `${name}: ${all.at(-1)! - all[0]!} of lightness`);
    }
  }
  t.end();
});

t.test('which value has which colour', (t) => {
  const linear = scaleOf([null, 5, 0, 20], 'linear');
  t.same([linear.partOf(0), linear.partOf(5), linear.partOf(20), linear.valueAt(0.5)], [0, 0.25, 1, 10]);
  t.same(scaleOf([-10, 10], 'linear').partOf(0), 0.5);
  const log = scaleOf([0, 1, 10, 100], 'log');
  t.same([log.partOf(0), log.partOf(1), log.partOf(10), log.partOf(100)], [0, 0, 0.5, 1]);
  t.equal(log.isCut, true, 'nothing has no logarithm');
  t.equal(scaleOf([1e-9, 1e6], 'log').least, 100, 'no wider than a person can tell apart');
  for (const kind of ['linear', 'log'] as const) {
    for (const values of [[], [null], [0, 0], [7], [-3, -3]]) {
      const { partOf, valueAt } = scaleOf(values, kind);
      const parts = [...values.filter((one) => one !== null), 0].map(partOf);
      t.ok(
        parts.every((part) => part >= 0 && part <= 1),
        `${kind} of ${JSON.stringify(values)}`,
      );
      t.ok(Number.isFinite(valueAt(0.5)));
    }
  }
  t.end();
});

/** Colour of the canvas where the cursor may stand. */
async function colourAt(page: Page, x: number, y: number): Promise<string> {
  return page.locator('.heatmap').evaluate(
    (host, [left, top]) => {
      const canvas = host.querySelector('canvas')!;
      const over = host.querySelector<HTMLElement>('.u-over')!;
      const ratio = canvas.width / canvas.clientWidth;
      const place = [(over.offsetLeft + left!) * ratio, (over.offsetTop + top!) * ratio].map(Math.round) as [
        number,
        number,
      ];
      const copy = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!;
      copy.drawImage(canvas, -place[0], -place[1]);
      const [red, green, blue] = copy.getImageData(0, 0, 1, 1).data;
      return `rgb(${red} ${green} ${blue})`;
    },
    [x, y],
  );
}

t.test('a heatmap over containers', EVERYTHING, async (t) => {
  t.testdir({});
  const url = await view(t, await recorded(t, 'churn'));
  const { page, faults } = await open(t, url, `/?panel=${CPU}&panel=containers.memory_current_bytes`);
  await page.getByRole('button', { name: 'all', exact: true }).click();
  await drawn(page);
  const panel = page.locator('.panel').first();
  await panel.getByLabel('Form').selectOption('heatmap');
  await panel.getByLabel('Rows', { exact: true }).selectOption('50');
  await panel.getByLabel('Order', { exact: true }).selectOption('max');
  await page.waitForFunction(() => document.querySelector('.heatmap .u-over') !== null);
  await drawn(page);
  t.equal(new URL(page.url()).searchParams.get('panel'), `${CPU},container,,heatmap,50,,max`);

  // Rows stand in the order that was asked for.
  const query = new URL(page.url()).searchParams;
  const span = `from=${query.get('from')}&to=${query.get('to')}`;
  const ranked = await ask<{ containers: { key: string; value: number }[] }>(
    url,
    `containers?${span}&top=${CPU}&by=max&limit=50`,
  );
  const heatmap = panel.locator('.heatmap');
  await heatmap.focus();
  for (const [row, { key }] of ranked.containers.slice(0, 3).entries()) {
    await page.keyboard.press('ArrowDown');
    if (row === 0) await page.keyboard.press('ArrowUp');
    const name = await panel.locator('.cell strong').textContent();
    const named = await page.locator(`.containers li label[title^="${key}"] .name`).textContent();
    t.ok(name?.startsWith(named!) || name === key, `row ${row} is ${name}`);
  }

  // What is pointed at is what the viewer says, in the colour of the legend; what is absent is no zero.
  const width = await panel.locator('.u-over').evaluate((over) => over.clientWidth);
  const height = await panel.locator('.u-over').evaluate((over) => over.clientHeight);
  const points = Math.max(
    60,
    Math.floor(((await page.locator('main').evaluate((main) => main.clientWidth)) * 0.8) / 3),
  );
  const names = ranked.containers.map(({ key }) => key).join(',');
  const answer = await ask<Answer>(url, `timeseries?metrics=${CPU}&${span}&points=${points}&containers=${names}`);
  const lines = new Map(answer.charts[0]!.lines.map(({ key, values }) => [key, values]));
  const scale = scaleOf([...lines.values()].flat(), 'linear');
  const [from, to] = [Number(query.get('from')), Number(query.get('to'))];
  const seen = { none: 0, some: 0, zero: 0 };
  for (const row of [1, 4, 20, 47]) {
    for (const part of [0.13, 0.55, 0.9]) {
      const at = Math.floor((from + part * (to - from) - answer.from) / answer.step);
      // In the middle of a cell.
      const x = ((answer.from + (at + 0.5) * answer.step - from) / (to - from)) * width;
      const y = ((row + 0.5) / ranked.containers.length) * height;
      const value = lines.get(ranked.containers[row]!.key)?.[at] ?? null;
      await panel.locator('.u-over').hover({ position: { x, y } });
      const text = await panel.locator('.cell .value').textContent();
      t.equal(text, value === null ? 'no value' : formatValue(value, 'millicores'));
      const colour = await colourAt(page, x, y);
      const shades = shadesOf(false).map(cssOf);
      if (value === null) t.notOk(shades.includes(colour), `${colour} is of no value`);
      else t.equal(colour, shadeAt(shades, scale.partOf(value)));
      seen[value === null ? 'none' : value === 0 ? 'zero' : 'some']++;
    }
  }
  t.ok(seen.none > 0 && seen.some > 0 && seen.zero > 0, JSON.stringify(seen));
  await picture(page, 'heatmap');

  // The cursor of another chart is at the same time in this one, and lists all of its rows.
  await page
    .locator('.panel')
    .nth(1)
    .locator('.u-over')
    .hover({ position: { x: 300, y: 50 } });
  t.equal(await panel.locator('.read-out li').count(), ranked.containers.length);
  const instants = await page.locator('.read-out .instant').allTextContents();
  t.ok(Math.abs(Date.parse(instants[0]!) - Date.parse(instants[1]!)) <= answer.step, instants.join(', '));

  // By another metric, found by some of its letters; fewer colours for much and more for little.
  await panel.getByRole('button', { name: /^Ordered by/ }).click();
  await page.locator('.picker input:focus').waitFor();
  await page.keyboard.type('memory current');
  await page.keyboard.press('Enter');
  await panel.getByLabel('Colours', { exact: true }).selectOption('log');
  await page.waitForFunction(() => document.querySelector('.legend .ticks')?.textContent?.startsWith('≤') === true);
  t.match(new URL(page.url()).searchParams.get('panel'), /,heatmap,50,containers\.memory_current_bytes,max,log$/);
  // Dragging chooses a range here as well.
  const shownFrom = (): number => Number(new URL(page.url()).searchParams.get('from'));
  // The rows in their new order may come in the middle of it, and then nothing is chosen.
  for (let attempt = 0; attempt < 5 && !(shownFrom() > from); attempt++) {
    await panel.locator('.u-over').hover({ position: { x: 100, y: 40 } });
    await page.mouse.down();
    for (const x of [150, 200, 250, 300]) await panel.locator('.u-over').hover({ position: { x, y: 60 } });
    await page.mouse.up();
  }
  await page.waitForFunction((begin) => Number(new URLSearchParams(location.search).get('from')) > begin, from);
  const saved = page.waitForEvent('download');
  await panel.getByText('PNG', { exact: true }).click();
  t.equal((await saved).suggestedFilename(), `${CPU}.png`);
  t.same(faults, [], 'nothing went wrong');

  // The address has all of it.
  const again = await open(t, url, new URL(page.url()).search);
  await drawn(again.page);
  t.equal(again.page.url(), page.url());
  t.equal(
    await again.page.getByRole('button', { name: /^Ordered by/ }).textContent(),
    'containers.memory_current_bytes',
  );
});

t.test('a heatmap on a phone, in the dark, by keys', EVERYTHING, async (t) => {
  t.testdir({});
  const url = await view(t, await recorded(t, 'v2'));
  for (const [name, width, dark] of [
    ['heatmap-phone', 390, false],
    ['heatmap-phone-dark', 390, true],
    ['heatmap-dark', 1400, true],
  ] as const) {
    const address = '/?panel=containers.memory_current_bytes,container,,heatmap,50,,avg,log';
    const { page, faults } = await open(t, url, address, { width, height: 900, dark });
    await page.keyboard.press('0');
    await page.locator('.heatmap .u-over').waitFor();
    await drawn(page);
    const before = page.url();
    await page.locator('.heatmap').focus();
    await page.keyboard.press('End');
    const value = async (): Promise<string | null> => page.locator('.cell').textContent();
    const last = await value();
    await page.keyboard.press('ArrowLeft');
    t.not(await value(), last, 'the value before');
    await page.keyboard.press('ArrowDown');
    t.ok(/[KMG]iB|no value/.test((await value())!), 'the row below');
    t.equal(page.url(), before, 'arrows move the cursor, not the page');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => new URLSearchParams(location.search).has('at'));
    await page.locator('.heatmap').scrollIntoViewIfNeeded();
    await picture(page, name);
    t.same(await serious(page), [], name);
    await page.keyboard.press('Escape');
    t.equal((await value())?.trim(), '');
    t.same(faults, []);
  }
});
