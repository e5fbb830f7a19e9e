/**
 * The page in a real Chromium: how much it loads, how soon something is painted, and how long frames take while the cursor moves over, zooms into
 * and pans a chart of many containers for an hour.
 *
 *     node --conditions=@fgm/source bench/macro/page.ts [--containers 100] [--seconds 4] [--runs 5]
 *
 * Frames are counted inside the page by requestAnimationFrame; the main thread's time is that of the DevTools protocol. Without a GPU, as in CI.
 * FGM_TEST_BROWSER says where Chromium is, if not where Debian puts it.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startViewer } from '@fgm/viewer';
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';
import { byEffort } from '../harness/effort.ts';
import { measured, type Figure } from '../harness/figure.ts';
import { MachineLoad } from '../harness/machine-load.ts';
import { recordProc } from '../harness/proc-recording.ts';
import { HOUR_MS, recordHours } from '../harness/recorded-hours.ts';
import { report } from '../harness/report.ts';
import { scratchDirectory } from '../harness/scratch.ts';
import { quantile, short } from '../harness/statistics.ts';

const { values } = parseArgs({
  options: {
    containers: { type: 'string', default: byEffort({ full: '100', quick: '100', smoke: '3' }) },
    seconds: { type: 'string', default: byEffort({ full: '4', quick: '2', smoke: '0.3' }) },
    runs: { type: 'string', default: byEffort({ full: '5', quick: '3', smoke: '1' }) },
  },
});
const containers = Number(values.containers);
const ms = Number(values.seconds) * 1000;
const runs = Number(values.runs);
/** Of 60 frames a second. */
const FRAME_MS = 1000 / 60;
const WINDOW = { width: 1920, height: 1080 };

interface Gesture {
  readonly name: string;
  /** Does something for as long as it is called again. @param turn how often it was called before */
  readonly step: (page: Page, box: Box, turn: number) => Promise<void>;
}

type Box = Readonly<Record<'x' | 'y' | 'width' | 'height', number>>;

const GESTURES: readonly Gesture[] = [
  {
    name: 'the cursor moves',
    step: (page, box, turn) =>
      page.mouse.move(box.x + ((turn * 7) % box.width), box.y + box.height * (0.5 + 0.4 * Math.sin(turn / 9))),
  },
  {
    name: 'zoom',
    step: async (page, box, turn) => {
      if (turn === 0) await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await page.mouse.wheel(0, turn % 16 < 8 ? -100 : 100);
    },
  },
  {
    name: 'pan',
    step: async (page, box, turn) => {
      if (turn === 0) {
        await page.keyboard.down('Shift');
        await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
        await page.mouse.down();
      }
      await page.mouse.move(box.x + box.width * (0.5 + 0.3 * Math.sin(turn / 15)), box.y + box.height / 2);
    },
  },
];

// What runs in the page.
const COUNT = `globalThis.counted = { on: true, times: [] };
  requestAnimationFrame(function count(time) { counted.times.push(time); if (counted.on) requestAnimationFrame(count); });`;
const COUNTED = `counted.on = false; counted.times`;
const LOADED = `({
  painted: performance.getEntriesByName('first-contentful-paint')[0].startTime,
  drawn: performance.now(),
  bytes: [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    .filter(({ name }) => !name.includes('/api/')).reduce((sum, one) => sum + one.encodedBodySize, 0),
})`;

/** Milliseconds between the frames of what is done, and the share of it that the main thread was at work. */
async function framesOf(
  page: Page,
  devtools: CDPSession,
  { step }: Gesture,
): Promise<{ frames: number[]; busy: number }> {
  const box = await boxOf(page);
  await page.evaluate(COUNT);
  const before = await tasksOf(devtools);
  const begin = performance.now();
  for (let turn = 0; performance.now() - begin < ms; turn++) await step(page, box, turn);
  const took = performance.now() - begin;
  const busy = ((await tasksOf(devtools)) - before) / (took / 1000);
  const times = await page.evaluate<number[]>(COUNTED);
  await page.mouse.up();
  await page.keyboard.up('Shift');
  return { frames: times.slice(1).map((time, at) => time - times[at]!), busy };
}

/** Of the first plot. It is made anew when names of containers come, and has none meanwhile. */
async function boxOf(page: Page): Promise<Box> {
  for (;;) {
    const box = await page.locator('.panel .u-over').first().boundingBox();
    if (box !== null) return box;
  }
}

/** Seconds that the page's main thread has worked. */
async function tasksOf(devtools: CDPSession): Promise<number> {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')!.value;
}

/** Opens the page anew. @returns when something was painted, and when all lines were, in milliseconds from its navigation; and bytes loaded */
async function open(page: Page, url: string): Promise<{ painted: number; drawn: number; bytes: number }> {
  await page.goto(url);
  await page.locator('.panel canvas').first().waitFor();
  await page.locator('.plot .message').waitFor({ state: 'detached' });
  // Lines are called by their names then.
  await page.locator('.containers li').first().waitFor();
  return page.evaluate<Awaited<ReturnType<typeof open>>>(LOADED);
}

async function measure(browser: Browser, url: string, machine: MachineLoad): Promise<Figure[]> {
  const figures: Figure[] = [];
  const opened: Awaited<ReturnType<typeof open>>[] = [];
  const found = new Map<string, { frames: number[]; busy: number[] }>();
  for (let run = 0; run < runs; run++) {
    // Nothing is in its cache.
    const context = await browser.newContext({ viewport: WINDOW });
    const page = await context.newPage();
    opened.push(await open(page, url));
    const devtools = await context.newCDPSession(page);
    await devtools.send('Performance.enable');
    for (const gesture of GESTURES) {
      const { frames, busy } = await framesOf(page, devtools, gesture);
      const all = found.get(gesture.name) ?? { frames: [], busy: [] };
      found.set(gesture.name, { frames: [...all.frames, ...frames], busy: [...all.busy, busy * 100] });
    }
    await context.close();
  }
  const kilobytes = opened.map(({ bytes }) => bytes / 1000);
  const painted = opened.map((one) => one.painted);
  figures.push(
    measured('the page, compressed', 'kB', kilobytes, {
      reference: { name: '200 kB', ratio: Math.max(...kilobytes) / 200, aim: 1 },
    }),
    measured('first paint', 'ms', painted, {
      reference: { name: '1 s', ratio: quantile(painted, 0.5) / 1000, aim: 1 },
    }),
    measured(
      'all lines are drawn',
      'ms',
      opened.map(({ drawn }) => drawn),
    ),
  );
  for (const [name, { frames, busy }] of found) {
    const slow = quantile(frames, 0.95);
    figures.push(
      measured(`${name}: a frame`, 'ms', frames, {
        reference: { name: '16.7 ms', ratio: quantile(frames, 0.5) / FRAME_MS, aim: 1.05 },
        note: `of 20, 19 within ${short(slow)} ms`,
      }),
      measured(`${name}: main thread`, '% of a core', busy, { note: machine.describe() }),
    );
  }
  return figures;
}

const scratch = scratchDirectory();
const directory = join(scratch, 'data');
const end = await recordHours(directory, await recordProc(90, 50), { containers, hours: 1 });
const machine = new MachineLoad();
const viewer = await startViewer({
  directories: [directory],
  host: '127.0.0.1',
  port: 0,
  token: null,
  version: 'bench',
});
const listed = (await (await fetch(`${viewer.url}/api/v1/containers`)).json()) as { containers: { key: string }[] };
const chosen = listed.containers.map(({ key }) => `container=${encodeURIComponent(key)}`).join('&');
const address = `${viewer.url}/?from=${end - HOUR_MS}&to=${end}&panel=containers.memory_current_bytes&${chosen}`;
const browser = await chromium.launch({
  executablePath: process.env['FGM_TEST_BROWSER'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  const figures = await measure(browser, address, machine);
  report('page', figures, { containers, points: 3600, window: WINDOW });
} finally {
  await browser.close();
  await viewer.close();
}
