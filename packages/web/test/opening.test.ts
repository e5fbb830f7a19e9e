/** What the page shows when it is opened: a dashboard, or that there is nothing yet. */
import t from 'tap';
import { drawn, noBrowser, open, picture, recorded, view } from './browser.ts';

const EVERYTHING = { skip: noBrowser, timeout: 120_000 } as const;

t.test('a dashboard chooses containers, time and charts; a bad one says what is wrong', EVERYTHING, async (t) => {
  t.testdir({});
  const url = await view(t, await recorded(t, 'churn'));
  const base64 = (document: object): string => Buffer.from(JSON.stringify(document)).toString('base64url');
  const good = {
    schema_version: 1,
    name: 'Pods of {{WHO}}',
    containers: { name_pattern: 'pod-*' },
    time_range: { mode: 'from_containers', padding_seconds: 5 },
    panels: [{ metric: 'memory_current_bytes', title: 'Memory in use' }],
  };
  const { page, faults } = await open(t, url, `/?dashboard_inline=${base64(good)}&WHO=us`);
  await page.getByText('Pods of us').waitFor();
  await drawn(page);
  t.equal(await page.locator('.panel').count(), 1);
  t.match(await page.locator('.panel .metric').textContent(), /^Memory in use/);
  const query = new URL(page.url()).searchParams;
  t.ok(query.getAll('container').length > 5);
  t.ok(query.has('from') && query.has('dashboard_inline') && query.get('WHO') === 'us', 'it stays in the address');
  await picture(page, 'dashboard');
  t.same(faults, []);
  const bad = await open(
    t,
    url,
    `/?dashboard_inline=${base64({ ...good, panels: [{ metric: 'no_such_metric' }] })}&WHO=us`,
  );
  await bad.page.getByText('there is no metric no_such_metric').waitFor();
  t.equal(await bad.page.locator('.panel').count(), 2, 'and the charts that are there without one');
  const missing = await open(t, url, '/?dashboard=nothing');
  await missing.page.getByText(/dashboard nothing: .*no dashboards/).waitFor();
});

t.test('before there are data it waits, and then shows them', EVERYTHING, async (t) => {
  t.testdir({});
  const directory = `${t.testdirName}/data`;
  const url = await view(t, directory);
  const { page } = await open(t, url);
  await page.getByText('Waiting for the first data').waitFor();
  t.equal(await page.getByText('Loading').count(), 0);
  await picture(page, 'waiting');
  t.equal(await page.getByRole('alert').count(), 0);
  await page.clock.install();
  await page.reload();
  await page.getByText('Waiting for the first data').waitFor();
  await page.clock.fastForward(200_000);
  await page.getByText('Nothing has come for three minutes').waitFor();
  t.match(await page.locator('.waiting').textContent(), /fgm doctor --output-dir DIR/);
  await picture(page, 'waited');
  await page.clock.resume();
  await recorded(t, 'v2');
  await page.locator('.panel').first().waitFor();
  t.ok((await page.locator('.panel').count()) > 0);
});
