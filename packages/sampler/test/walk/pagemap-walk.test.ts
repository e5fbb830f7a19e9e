import { bytesPerCall, canCompile, Victim } from '@fgm/testkit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { COMPLETE, GOING, LOST, PagemapWalk, SENSELESS } from '../../src/walk/pagemap-walk.ts';
import { SliceBuffer } from '../../src/files/slice-buffer.ts';

const MIB = 2 ** 20;
const PAGE = 4096;
/** What one read of a kernel file may allocate, as in allocation.test.ts, and twice the clock. */
const SLICE_BYTES = 128;
const buffer = new SliceBuffer();
const skip = canCompile() ? false : 'needs a C compiler';

async function victim(t: Test, ...orders: readonly (readonly [string, ...(string | number)[]])[]): Promise<Victim> {
  const started = await Victim.start();
  t.teardown(() => started.kill());
  for (const order of orders) await started.order(...order);
  return started;
}

/** Walks to the end. The number of steps, and what the last one said. */
function finish(walk: PagemapWalk): { steps: number; status: number } {
  for (let steps = 1; ; steps++) {
    const status = walk.step(buffer);
    if (status !== GOING) return { steps, status };
  }
}

t.test('a dense process is walked a page table at a time', { skip }, async (t) => {
  const { pid } = await victim(t, ['small', 64 * MIB]);
  const walk = new PagemapWalk(`/proc/${pid}`, PAGE);
  t.equal(walk.begin(), 0);
  let most = 0;
  let before = 0;
  let status = GOING;
  while (status === GOING) {
    status = walk.step(buffer);
    most = Math.max(most, walk.pages.present - before);
    before = walk.pages.present;
  }
  t.equal(status, COMPLETE);
  t.equal(most, 512, 'no step has seen more than 512 pages');
  t.ok(walk.pages.exclusive >= (64 * MIB) / PAGE);
  t.ok(walk.usec > 0 && walk.denseUsec <= walk.usec);
  walk.close();
  t.equal(walk.begin(), 0, 'it can begin anew');
  t.equal(finish(walk).status, COMPLETE);
  t.equal(walk.pages.present, before, 'and counts the same');
  walk.close();
});

t.test('what is only reserved is crossed in long steps', { skip }, async (t) => {
  const gibibytes = 256;
  const { pid } = await victim(t, ['reserve', gibibytes * 1024 * MIB], ['small', 4 * MIB]);
  const walk = new PagemapWalk(`/proc/${pid}`, PAGE);
  walk.begin();
  const { steps, status } = finish(walk);
  t.equal(status, COMPLETE);
  // Where the machine stutters a step stays short; sixteen times shorter would be 131,072.
  t.ok(steps < (gibibytes * 512) / 2, `${steps} steps for ${gibibytes} GiB`);
  t.ok(walk.denseUsec < walk.usec / 2, 'and is not taken for memory that smaps_rollup would have to walk');
  walk.close();
});

t.test('a process that exits in the middle', { skip }, async (t) => {
  const { pid, kill } = await victim(t, ['small', 16 * MIB]).then((one) => ({ pid: one.pid, kill: () => one.kill() }));
  const walk = new PagemapWalk(`/proc/${pid}`, PAGE);
  t.equal(walk.begin(), 0);
  for (let step = 0; step < 5; step++) t.equal(walk.step(buffer), GOING);
  await kill();
  t.equal(finish(walk).status, LOST);
  walk.close();
  t.ok(walk.begin() < 0, 'it is not there any more');
  t.equal(walk.file, 'pagemap');
});

t.test('a process that runs another program in the middle', async (t) => {
  for (const steps of [0, 1, 3]) {
    const shell = spawn('sh', ['-c', 'echo up; read line; exec sleep 1000'], { stdio: ['pipe', 'pipe', 'inherit'] });
    t.teardown(() => shell.kill('SIGKILL'));
    await once(shell.stdout, 'data');
    const walk = new PagemapWalk(`/proc/${shell.pid}`, PAGE);
    t.equal(walk.begin(), 0);
    for (let step = 0; step < steps; step++) t.equal(walk.step(buffer), GOING);
    const program = readlinkSync(`/proc/${shell.pid}/exe`);
    shell.stdin.write('\n');
    while (readlinkSync(`/proc/${shell.pid}/exe`) === program) await new Promise(setImmediate);
    t.equal(finish(walk).status, LOST, `after ${steps} steps`);
    walk.close();
    t.equal(walk.begin(), 0);
    t.equal(finish(walk).status, COMPLETE, 'the other program can be walked');
    walk.close();
  }
});

t.test('files that are not the kernel’s', (t) => {
  const directory = t.testdir({ maps: '1000-2000 r--p 0 0:0 0 \nnonsense\n', pagemap: '' });
  const walk = new PagemapWalk(directory, PAGE);
  t.equal(walk.begin(), 0);
  t.equal(finish(walk).status, SENSELESS);
  t.equal(walk.file, 'maps');
  walk.close();
  writeFileSync(join(directory, 'maps'), '1000-2000 r--p 0 0:0 0 \n');
  walk.begin();
  t.equal(finish(walk).status, LOST, 'a pagemap that ends before the memory does');
  walk.close();
  writeFileSync(join(directory, 'maps'), '');
  walk.begin();
  t.equal(finish(walk).status, LOST, 'a process without memory');
  walk.close();
  const entry = Buffer.alloc(4 * 8);
  entry.writeBigUInt64LE((1n << 63n) | (1n << 56n), 2 * 8);
  writeFileSync(join(directory, 'pagemap'), entry);
  writeFileSync(
    join(directory, 'maps'),
    '2000-3000 r--p 0 0:0 0 \nffffffffff600000-ffffffffff601000 --xp 0 0:0 0 [vsyscall]\n',
  );
  walk.begin();
  t.equal(finish(walk).status, COMPLETE);
  t.strictSame([walk.pages.present, walk.pages.exclusive], [1, 1]);
  walk.close();
  const empty = join(directory, 'empty');
  mkdirSync(empty);
  t.ok(new PagemapWalk(empty, PAGE).begin() < 0);
  t.end();
});

t.test('a slice allocates next to nothing', { skip }, async (t) => {
  const { pid } = await victim(t, ['small', 64 * MIB], ['regions', 500]);
  const walk = new PagemapWalk(`/proc/${pid}`, PAGE);
  walk.begin();
  const step = (): void => {
    if (walk.step(buffer) === GOING) return;
    walk.close();
    walk.begin();
  };
  // What remains are doubles that V8 boxes: clock readings, and positions in files.
  let allocated = Infinity;
  for (let attempt = 0; attempt < 8 && allocated >= SLICE_BYTES; attempt++) allocated = bytesPerCall(3_000, step);
  t.ok(allocated < SLICE_BYTES, `${Math.round(allocated)} bytes`);
  walk.close();
});

const HUGE_PAGES = '/proc/sys/vm/nr_hugepages';

/** Reserves huge pages for the time of a test. Why it cannot, or false. */
function whyNoHugePages(t: Test): string | false {
  try {
    const before = readFileSync(HUGE_PAGES, 'latin1');
    writeFileSync(HUGE_PAGES, `${Number(before) + 8}`);
    t.teardown(() => writeFileSync(HUGE_PAGES, before));
    return Number(readFileSync(HUGE_PAGES, 'latin1')) >= Number(before) + 8 ? false : 'no huge pages are free';
  } catch (error) {
    return String(error);
  }
}

t.test('hugetlbfs is counted apart', { skip }, async (t) => {
  const reason = whyNoHugePages(t);
  if (reason !== false) return t.comment(`skipped: ${reason}`);
  const { pid } = await victim(t, ['hugetlb', 8 * MIB], ['small', 3 * MIB]);
  const walk = new PagemapWalk(`/proc/${pid}`, PAGE);
  walk.begin();
  t.equal(finish(walk).status, COMPLETE);
  walk.close();
  t.equal(walk.hugetlb.present * PAGE, 8 * MIB);
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
  const own = /^Private_Clean: +(\d+) kB\nPrivate_Dirty: +(\d+) kB$/m.exec(rollup)!;
  t.equal(walk.pages.exclusive * 4, Number(own[1]) + Number(own[2]), 'as smaps does');
});
