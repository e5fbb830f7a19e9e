/** Which metrics of a container go with a line. */
import t from 'tap';
import { ask, drawn, noBrowser, open, picture, recorded, serious, view } from './browser.ts';

const EVERYTHING = { skip: noBrowser, timeout: 120_000 } as const;
const CPU = 'containers.cpu_usage_millicores';

interface Correlated {
  readonly candidates: number;
  readonly correlations: readonly { metric: string; correlation: number; lag_ms: number; confidence: number }[];
}

const nameOf = (metric: string): string => metric.replace('containers.', '');

t.test('what goes with a line, and each of it as a chart', EVERYTHING, async (t) => {
  t.testdir({});
  const url = await view(t, await recorded(t, 'churn'));
  const top = await ask<{ containers: { key: string; node: string }[] }>(
    url,
    'containers?top=containers.cpu_stat_nr_throttled&limit=3',
  );
  const throttled = top.containers.find(({ key }) => !key.startsWith('/'))!;
  const name = `${throttled.node}:${throttled.key}`;
  const { page, faults } = await open(t, url, `/?panel=${CPU}&panel=containers.pids_current`);
  await page.getByRole('button', { name: 'all', exact: true }).click();
  await drawn(page);
  const panel = page.locator('.panel').first();
  await panel.getByLabel('Study').selectOption('what goes with it');
  await panel.getByLabel('Line', { exact: true }).selectOption(name);
  await panel.locator('.correlations tbody tr').first().waitFor();
  const query = new URL(page.url()).searchParams;
  t.equal(query.get('panel'), `${CPU},container,correlation@${name}`);

  // It is what the viewer finds, the strongest first.
  const found = await ask<Correlated>(
    url,
    `studies/correlation?metric=${CPU}&container=${encodeURIComponent(name)}&from=${query.get('from')}&to=${query.get('to')}`,
  );
  const rows = await panel.locator('.correlations tbody tr').allTextContents();
  t.equal(rows.length, found.correlations.length);
  for (const [at, { metric, correlation, confidence }] of found.correlations.entries()) {
    const sign = correlation < 0 ? '−' : '';
    t.ok(rows[at]!.startsWith(`+ ${nameOf(metric)}${sign}${Math.abs(correlation).toFixed(2)}`), rows[at]!);
    t.ok(rows[at]!.endsWith(`${(Math.floor(confidence * 1000) / 10).toFixed(1)} %`), rows[at]!);
  }
  const later = found.correlations.findIndex(({ lag_ms: lag }) => lag !== 0);
  if (later >= 0) t.match(rows[later], found.correlations[later]!.lag_ms > 0 ? / s later/ : / s earlier/);
  const throttling = found.correlations.find(({ metric }) => metric.endsWith('nr_throttled'))!;
  t.ok(throttling.correlation > 0.5, 'who uses more CPU is throttled more');
  t.match(await panel.locator('.correlations').textContent(), new RegExp(`of ${found.candidates} other metrics`));

  // By keys alone: one of them as a chart below, and only once.
  const add = panel.getByRole('button', { name: `+ ${nameOf(throttling.metric)}` });
  await add.focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelectorAll('.panel').length === 3);
  t.match(await page.locator('.panel').nth(1).locator('.metric').textContent(), throttling.metric);
  t.equal(new URL(page.url()).searchParams.getAll('panel')[1], throttling.metric);
  t.equal(await add.count(), 0);
  t.match(await panel.locator('.there').first().textContent(), `${nameOf(throttling.metric)}, shown`);
  await drawn(page);
  await picture(page, 'correlations');
  const again = await open(t, url, new URL(page.url()).search, { width: 390, height: 900, dark: true });
  await again.page.locator('.correlations tbody tr').first().waitFor();
  t.equal(again.page.url(), page.url());
  t.equal(await again.page.getByLabel('Line', { exact: true }).inputValue(), name);
  await again.page.locator('.correlations').scrollIntoViewIfNeeded();
  await picture(again.page, 'correlations-phone-dark');
  for (const [which, one] of [
    ['desk', page],
    ['phone', again.page],
  ] as const)
    t.same(await serious(one), [], which);

  // What has several values a tick is compared with nothing.
  await page.locator('.panel').last().getByLabel('Lines').selectOption('all');
  t.notOk(
    (await page.locator('.panel').last().getByLabel('Study').locator('option').allTextContents()).includes(
      'what goes with it',
    ),
  );
  t.same(faults, []);
});
