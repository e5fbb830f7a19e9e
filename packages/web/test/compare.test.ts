/** The same charts over two ranges. */
import t from 'tap';
import { formatValue } from '../src/units.ts';
import { ask, boxOf, drawn, noBrowser, open, picture, recorded, serious, view } from './browser.ts';

const EVERYTHING = { skip: noBrowser, timeout: 120_000 } as const;
const MEMORY = 'containers.memory_current_bytes';

interface Answer {
  readonly from: number;
  readonly step: number;
  readonly charts: readonly { readonly lines: readonly { readonly values: (number | null)[] }[] }[];
}

t.test('what it was before stands beside what it is', EVERYTHING, async (t) => {
  t.testdir({});
  const url = await view(t, await recorded(t, 'churn'));
  const { latest } = await ask<{ latest: number }>(url, 'instance');
  const [from, to] = [latest - 120_000, latest];
  const top = await ask<{ containers: { key: string; node: string }[] }>(
    url,
    `containers?from=${from}&to=${to}&top=${MEMORY}&by=last&limit=2`,
  );
  // The second: the first is all pods together.
  const { key, node } = top.containers[1]!;
  const address = `/?from=${from}&to=${to}&panel=${MEMORY}&container=${encodeURIComponent(`${node}:${key}`)}`;
  const { page, faults } = await open(t, url, address);
  await drawn(page);
  /** How much of the chart has the line's colour, but lighter. */
  const lighter = async (): Promise<number> => {
    const fill = await page.locator('.read-out rect').first().getAttribute('fill');
    return page.locator('.plot canvas').evaluate((element, hex) => {
      const { width, height } = element as HTMLCanvasElement;
      const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
      copy.drawImage(element as HTMLCanvasElement, 0, 0);
      const { data } = copy.getImageData(0, 0, width, height);
      const own = [1, 3, 5].map((at) => Number.parseInt(hex!.slice(at, at + 2), 16));
      let count = 0;
      for (let at = 0; at < data.length; at += 4) {
        const isAlike = own.every((channel, index) => Math.abs(channel - data[at + index]!) < 12);
        if (isAlike && data[at + 3]! > 150 && data[at + 3]! < 200) count++;
      }
      return count;
    }, fill);
  };
  const alone = await lighter();
  t.equal(await page.locator('.before').count(), 0);
  await page.getByLabel('Compare with', { exact: true }).selectOption('the time before');
  await page.locator('.before', { hasText: /\d/ }).first().waitFor();
  t.equal(new URL(page.url()).searchParams.get('compare'), 'previous');
  const both = await lighter();
  t.ok(both > alone + 100, `a lighter line: ${both} pixels, ${alone} without`);

  const query = `timeseries?metrics=${MEMORY}&containers=${encodeURIComponent(`${node}:${key}`)}&points=1400`;
  const [now, before] = await Promise.all([
    ask<Answer>(url, `${query}&from=${from}&to=${to}`),
    ask<Answer>(url, `${query}&from=${from - 120_000}&to=${to - 120_000}`),
  ]);
  t.equal(now.step, before.step);
  const [values, earlier] = [now, before].map((answer) => answer.charts[0]!.lines[0]!.values);
  const plot = page.locator('.panel .plot');
  await plot.focus();
  await page.keyboard.press('Home');
  let compared = 0;
  for (let at = 0; at < 30; at++) {
    const instant = await page.locator('.read-out .instant').textContent();
    const place = (Date.parse(instant!) - now.from) / now.step;
    const [value, was] = [values![place] ?? null, earlier![place] ?? null];
    if (value !== null && was !== null) {
      const text = (await page.locator('.read-out .before').first().textContent())!;
      const difference = formatValue(Math.abs(value - was), 'bytes');
      t.equal(
        text,
        `before ${formatValue(was, 'bytes')}${value > was ? '+' : value < was ? '−' : ''}${value === was ? '±0' : difference}`,
      );
      compared++;
    }
    await page.keyboard.press('ArrowRight');
  }
  t.ok(compared > 10, `${compared} values were compared`);
  const other = (await page.locator('.earlier-instant').textContent())!.replace('compared with ', '');
  const instant = (await page.locator('.read-out .instant').textContent())!;
  t.equal(Date.parse(instant) - Date.parse(other), 120_000);

  // So many seconds before, or from another time on; the address has it.
  await page.getByLabel('Compare with', { exact: true }).selectOption('a minute before');
  await page.waitForFunction(() => new URLSearchParams(location.search).get('compare') === '60');
  await page.getByLabel('Compare with', { exact: true }).selectOption('from another time on');
  const began = new Date(from - 90_000 - new Date(from).getTimezoneOffset() * 60_000);
  await page.getByLabel('Compare with what began at').fill(began.toISOString().slice(0, 19));
  await page.getByLabel('Compare with what began at').press('Enter');
  await page.waitForFunction(() => new URLSearchParams(location.search).get('compare')!.includes('T'));
  t.equal(Date.parse(new URL(page.url()).searchParams.get('compare')!), Math.floor((from - 90_000) / 1000) * 1000);
  const again = await open(t, url, new URL(page.url()).search);
  await again.page.locator('.before').first().waitFor();
  t.equal(again.page.url(), page.url());
  t.match(await again.page.locator('.compare').textContent(), /dashed: .*1 min 30 s earlier/);
  await page.getByLabel('Compare with', { exact: true }).selectOption('with nothing');
  await page.waitForFunction(() => !new URLSearchParams(location.search).has('compare'));
  await page.waitForFunction(() => document.querySelectorAll('.before').length === 0);
  t.same(faults, []);
});

t.test('two ranges of areas and of heatmaps, light and dark, on a phone', EVERYTHING, async (t) => {
  t.testdir({});
  const url = await view(t, await recorded(t, 'churn'));
  const { latest } = await ask<{ latest: number }>(url, 'instance');
  const panels = `panel=${MEMORY}&panel=${MEMORY},container,,stacked&panel=${MEMORY},container,,heatmap,10`;
  for (const [name, width, dark] of [
    ['compare', 1400, false],
    ['compare-dark', 1400, true],
    ['compare-phone', 390, false],
  ] as const) {
    const address = `/?from=${latest - 120_000}&to=${latest}&${panels}&compare=previous`;
    const { page, faults } = await open(t, url, address, { width, height: 1000, dark });
    await page.locator('.before', { hasText: /\d/ }).first().waitFor();
    await page.locator('.heatmap .u-over').waitFor();
    await drawn(page);
    const over = page.locator('.u-over').first();
    const { width: across } = await boxOf(over);
    await over.hover({ position: { x: across * 0.7, y: 60 } });
    t.ok((await page.locator('.panel').nth(2).locator('.before').count()) > 0, 'of a heatmap too');
    t.ok(
      (await page.locator('.panel').first().locator('.before').allTextContents()).some((text) =>
        /^before .*B[+−]/.test(text),
      ),
    );
    await picture(page, name);
    t.same(await serious(page), [], name);
    t.same(faults, []);
  }
});
