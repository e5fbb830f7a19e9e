/** A real browser on a real viewer of a recorded node. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { replayFixture } from '@fgm/agent/replay';
import { exporterOf } from '@fgm/cli';
import { startViewer } from '@fgm/viewer';
import type { AxeResults } from 'axe-core';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import t from 'tap';
import type { Test } from 'tap';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const MAIN = fileURLToPath(new URL('../../cli/src/main.ts', import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const NODES = new URL('../../../test-fixtures/nodes/', import.meta.url);

export const BROWSER = process.env['FGM_TEST_BROWSER'] ?? PLACES.find((path) => existsSync(path));
export const noBrowser = BROWSER === undefined && 'there is no Chromium here (FGM_TEST_BROWSER says where one is)';

let browser: Promise<Browser> | null = null;
t.teardown(async () => (await browser)?.close());

function started(): Promise<Browser> {
  // As root Chromium wants no sandbox of its own.
  browser ??= chromium.launch({ executablePath: BROWSER!, args: ['--no-sandbox', '--disable-gpu'] });
  return browser;
}

/** Replays a recorded node. @returns its data directory, below the test's own */
export async function recorded(t: Test, node: 'churn' | 'v2' | 'hybrid', name = 'data'): Promise<string> {
  const outputDir = join(t.testdirName, name);
  const options = { outputDir, rotationMs: 30_000, speed: null, compressionLevel: 3 };
  await replayFixture(fileURLToPath(new URL(node, NODES)), options);
  return outputDir;
}

/** @returns where a viewer of these directories listens, until the test ends */
export async function view(t: Test, ...directories: readonly string[]): Promise<string> {
  return viewWith(t, {}, ...directories);
}

/** Likewise, one that wants a token or has dashboards. */
export async function viewWith(
  t: Test,
  { token = null, dashboards = null }: { readonly token?: string | null; readonly dashboards?: string | null },
  ...directories: readonly string[]
): Promise<string> {
  // tap hands its loaders on to all that is started here.
  process.env['NODE_OPTIONS'] = '';
  const exporter = exporterOf(['--conditions=@fgm/source', '--disable-warning=ExperimentalWarning', MAIN]);
  const viewer = await startViewer({
    directories,
    host: '127.0.0.1',
    port: 0,
    token,
    dashboards,
    version: 'test',
    exporter,
  });
  t.teardown(() => viewer.close());
  return viewer.url;
}

export interface Opened {
  readonly page: Page;
  /** What was written to the console as an error, and what was asked of anybody but the viewer. */
  readonly faults: readonly string[];
}

/** Opens an address of a viewer in a window of its own. */
export async function open(
  t: Test,
  url: string,
  address = '/',
  {
    width = 1400,
    height = 1000,
    dark = false,
    offline = false,
  }: {
    readonly width?: number;
    readonly height?: number;
    readonly dark?: boolean;
    /** Without a network, and whoever asks for anything but the page is refused. */
    readonly offline?: boolean;
  } = {},
): Promise<Opened> {
  const context = await (
    await started()
  ).newContext({ viewport: { width, height }, colorScheme: dark ? 'dark' : 'light' });
  t.teardown(() => context.close());
  if (offline) {
    await context.setOffline(true);
    await context.route(/^(?!file:)/, (route) => route.abort());
  }
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !/^(data|blob):/.test(request.url())) faults.push(`asked ${request.url()}`);
  });
  await page.goto(url + address);
  return { page, faults };
}

/** Keeps a picture of the page where the test's directory is kept: `.tap/pictures/NAME.png`. */
export async function picture(page: Page, name: string): Promise<void> {
  const path = fileURLToPath(new URL(`../../../.tap/pictures/${name}.png`, import.meta.url));
  await page.screenshot({ path });
}

/** So long the view has not changed: longer than the page waits until it writes its address, in milliseconds. */
const REST_MS = 500;

/** Until all charts have drawn something, and the address says what is shown. */
export async function drawn(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const canvases = [...document.querySelectorAll('canvas')];
    const messages = document.querySelectorAll('.plot .message');
    return canvases.length > 0 && messages.length === 0;
  });
  for (let before = ''; before !== page.url(); await page.waitForTimeout(REST_MS)) before = page.url();
}

/** Where something is on the page. A chart that is made anew at that moment is nowhere: then it is asked again. */
export async function boxOf(locator: Locator): Promise<NonNullable<Awaited<ReturnType<Locator['boundingBox']>>>> {
  for (;;) {
    await locator.waitFor();
    const box = await locator.boundingBox();
    if (box !== null) return box;
  }
}

/** What assistive programs would stumble over, and by how many pixels the page is wider than the window. */
export async function serious(page: Page): Promise<string[]> {
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() =>
    (window as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
  );
  const faults = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 150)).join(' | ')}`.slice(0, 400));
  return wider > 0 ? [...faults, `${wider} pixels wider than the window`] : faults;
}

/** Of what the viewer answers to the page as well. */
export async function ask<T>(url: string, path: string): Promise<T> {
  const response = await fetch(`${url}/api/v1/${path}`);
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return (await response.json()) as T;
}
