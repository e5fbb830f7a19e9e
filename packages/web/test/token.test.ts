/** A viewer that wants a token: what the page asks of a person, and that all of it works then. */
import { readFileSync } from 'node:fs';
import t from 'tap';
import { drawn, noBrowser, open, picture, recorded, serious, viewWith } from './browser.ts';

const EVERYTHING = { skip: noBrowser, timeout: 240_000 } as const;
const TOKEN = 'a-long-secret+with/signs=';

t.test('the page asks for the token, and then shows and exports all', EVERYTHING, async (t) => {
  t.testdir({});
  const url = await viewWith(t, { token: TOKEN }, await recorded(t, 'v2'));
  const { page, faults } = await open(t, url, '/?last=86400');
  const asked: { readonly url: string; readonly token: string | undefined }[] = [];
  page.on('request', (one) => asked.push({ url: one.url(), token: one.headers()['authorization'] }));
  const field = page.getByLabel('Token');
  await field.waitFor();
  await picture(page, 'token');
  t.same(await serious(page), []);
  await field.fill('another');
  await page.keyboard.press('Enter');
  await page.getByText('This viewer wants another token.').waitFor();
  await field.fill('ключ');
  await page.keyboard.press('Enter');
  await page.getByText('That cannot be sent').waitFor();
  t.equal(await page.locator('.panel').count(), 0, 'nothing is shown');
  asked.length = 0;
  await field.fill(TOKEN);
  const live = page.waitForResponse((response) => response.url().endsWith('/api/v1/live') && response.ok());
  await page.keyboard.press('Enter');
  await drawn(page);
  await live;
  t.equal(await page.getByRole('alert').count(), 0);
  t.ok((await page.locator('.containers li').count()) > 0);

  await page.locator('.export summary').click();
  for (const [item, ending, start] of [
    [/needs no network/, 'html', '<!doctype html>'],
    [/^Parquet/, 'parquet', 'PAR1'],
    [/^CSV/, 'csv', 'time,'],
    [/^PNG/, 'png', '\x89PNG'],
  ] as const) {
    const saved = page.waitForEvent('download', { timeout: 120_000 });
    await page.locator('.export button', { hasText: item }).click();
    const download = await saved;
    t.ok(download.suggestedFilename().endsWith(`.${ending}`), download.suggestedFilename());
    const bytes = readFileSync(await download.path());
    t.equal(bytes.toString('latin1', 0, start.length), start, ending);
    t.notOk(bytes.includes(TOKEN), 'it is in no file');
  }
  await page.locator('.export summary').click();
  const saved = page.waitForEvent('download');
  await page.locator('.panel').first().getByText('CSV', { exact: true }).click();
  t.match(readFileSync(await (await saved).path(), 'utf8'), /^time,/);

  // It goes in a header, and stands in no address.
  const questions = asked.filter((one) => one.url.includes('/api/'));
  t.ok(questions.some((one) => one.url.includes('/export?')));
  for (const one of questions) t.equal(one.token, `Bearer ${TOKEN}`, one.url);
  for (const one of [...asked.map((each) => each.url), page.url()])
    t.notOk(decodeURIComponent(one).includes(TOKEN), one);
  const kept = await page.evaluate(() => JSON.stringify(localStorage));
  t.notOk(kept.includes(TOKEN), 'and is not kept for long');

  // The tab knows it, another one does not.
  await page.reload();
  await drawn(page);
  const other = await page.context().newPage();
  await other.goto(url);
  await other.getByLabel('Token').waitFor();
  t.same(
    faults.filter((fault) => !fault.includes('401 (Unauthorized)')),
    [],
  );
});
