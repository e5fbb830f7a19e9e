import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pino, { type Logger } from 'pino';
import t, { type Test } from 'tap';
import { writeHour } from '../../store/test/consolidation/window-file.ts';
import { Consolidation, type ConsolidationConfig } from '../src/consolidation.ts';

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly [key: string]: unknown;
}

function logger(): { log: Logger; lines: Line[] } {
  const lines: Line[] = [];
  const log = pino({ level: 'debug' }, { write: (text: string) => void lines.push(JSON.parse(text) as Line) });
  return { log, lines };
}

/** As Node.js sees it: tap would hand its loaders on to the process, which are as large as itself. */
function consolidation(
  directory: string,
  change: Partial<ConsolidationConfig> = {},
): { consolidation: Consolidation; lines: Line[] } {
  const { log, lines } = logger();
  const config: ConsolidationConfig = {
    outputDir: directory,
    compressionLevel: 3,
    intervalMs: 1000,
    consolidate: 'on',
    retentionBytes: 1 << 30,
    onLimit: 'evict',
    ...change,
  };
  return { consolidation: new Consolidation(config, log), lines };
}

const files = (directory: string): string[] =>
  fs.readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.parquet'));

async function until<Value>(look: () => Value | null | undefined): Promise<Value> {
  for (;;) {
    const value = look();
    if (value !== null && value !== undefined) return value;
    await delay(1);
  }
}

/** The process that consolidates: the only child there is. */
function child(): number | null {
  const children = fs.readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim();
  const pids = children.split(' ').filter((pid) => {
    const cmdline = fs.existsSync(`/proc/${pid}/cmdline`) ? fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8') : '';
    return cmdline.includes('consolidation');
  });
  return pids.length === 0 ? null : Number(pids[0]);
}

t.test('what is due is done once, and said in one line', async (t) => {
  const directory = t.testdir();
  writeHour(directory, 10);
  const { consolidation: one, lines } = consolidation(directory);
  await one.look();
  t.match(files(directory), [/containers-consolidated-20261121T050000Z-20261121T051500Z\.parquet$/]);
  t.match(one.counts, { runs: 1, failures: 0, files: 1, sources: 10, rows: 1800, left: 0, lastErrorTime: 0 });
  t.ok(one.counts.cpuSeconds > 0 && one.counts.bytesIn > one.counts.bytesOut);
  t.match(
    lines.filter(({ level }) => level >= 30),
    [{ level: 30, msg: 'consolidated', table: 'containers', sources: 10, rows: 1800 }],
  );
  await one.look();
  t.equal(one.counts.runs, 1, 'no process is started where there is nothing to do');
  await one.stop();
});

t.test('files that cannot be merged do not start a process again and again', async (t) => {
  const directory = t.testdir();
  const [first] = writeHour(directory, 3);
  fs.truncateSync(first!, 100);
  const { consolidation: one, lines } = consolidation(directory);
  await one.look();
  await one.look();
  t.match(one.counts, { runs: 1, failures: 0, sources: 2, left: 1 });
  t.match(
    lines.filter(({ level }) => level >= 40),
    [{ msg: 'not consolidated: the file is left alone', path: first }],
  );
  writeHour(directory, 5);
  await one.look();
  t.match(one.counts, { runs: 2 }, 'others do');
});

t.test('off is off', async (t) => {
  const directory = t.testdir();
  writeHour(directory, 3);
  fs.mkdirSync(path.join(directory, '.consolidation'));
  fs.writeFileSync(path.join(directory, '.consolidation/reserved'), '1000000');
  const { consolidation: one } = consolidation(directory, { consolidate: 'off' });
  await one.start();
  await one.look();
  t.equal(one.counts.runs, 0);
  t.equal(files(directory).length, 3);
  t.same(fs.readdirSync(directory), ['dt=2026-11-21'], 'but what another one had reserved is given back');
  await one.stop();
});

t.test('no room: it waits, and says so once', async (t) => {
  const directory = t.testdir();
  writeHour(directory, 3);
  const { consolidation: one, lines } = consolidation(directory, { retentionBytes: 70_000, onLimit: 'stop' });
  await one.look();
  await one.look();
  t.match(one.counts, { runs: 1, failures: 0, files: 0 });
  t.equal(lines.filter(({ msg }) => msg === 'consolidation waits for room').length, 1);
  t.equal(files(directory).length, 3);
});

/** Starts a run over so many windows that it takes a while, and gives its process once it has begun to write. */
async function begun(
  t: Test,
): Promise<{ directory: string; pid: number; run: Promise<void> } & ReturnType<typeof consolidation>> {
  const directory = t.testdir();
  writeHour(directory, 60, ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']);
  const made = consolidation(directory);
  const run = made.consolidation.look();
  const pid = await until(child);
  await until(() => (fs.existsSync(path.join(directory, '.consolidation/reserved')) ? true : null));
  return { directory, pid, run, ...made };
}

t.test('its process comes after all others, and is the first to go when memory runs out', async (t) => {
  const { pid, run, consolidation: one } = await begun(t);
  const threads = fs.readdirSync(`/proc/${pid}/task`);
  const nice = threads.map((thread) => {
    const stat = fs.readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16];
  });
  t.ok(nice.length > 1 && nice.every((value) => value === '19'), nice.join());
  t.equal(fs.readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8').trim(), '1000');
  await one.stop();
  await run;
});

t.test('killed: what it had reserved is given back, and it is tried again later', async (t) => {
  const { directory, pid, run, consolidation: one, lines } = await begun(t);
  process.kill(pid, 'SIGKILL');
  await run;
  t.match(one.counts, { runs: 1, failures: 1, files: 0 });
  t.ok(one.counts.lastErrorTime > 0);
  t.match(
    lines.filter(({ level }) => level >= 40),
    [{ msg: 'the process that consolidates died', problem: /SIGKILL/ }],
  );
  t.notOk(fs.existsSync(path.join(directory, '.consolidation')));
  t.equal(files(directory).length, 60);
  await one.look();
  t.equal(one.counts.runs, 1, 'not at once');
});

t.test('stopping ends it, and leaves nothing behind', async (t) => {
  const { directory, pid, run, consolidation: one } = await begun(t);
  await one.stop();
  await run;
  t.notOk(fs.existsSync(`/proc/${pid}`));
  t.notOk(fs.existsSync(path.join(directory, '.consolidation')));
  t.equal(one.counts.failures, 0);
  t.ok(files(directory).length === 60 || files(directory).length === 1);
});

t.test('it does not outlive the recorder', async (t) => {
  const directory = t.testdir();
  writeHour(directory, 60, ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']);
  const script = `
    import { fork } from 'node:child_process';
    const child = fork(process.argv[1], [process.argv[2]], { execArgv: ['--conditions=@fgm/source'] });
    child.once('message', () => { process.stdout.write(String(child.pid)); });
  `;
  const { spawn } = await import('node:child_process');
  const task = JSON.stringify({ directory, level: 3, limit: null });
  const file = new URL('../../store/src/consolidation/process.ts', import.meta.url).pathname;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script, file, task], {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [pid] = (await once(parent.stdout, 'data')) as [Buffer];
  parent.kill('SIGKILL');
  await until(() => (fs.existsSync(`/proc/${pid.toString()}`) ? null : true));
  t.notOk(fs.existsSync(path.join(directory, '.consolidation')));
});
