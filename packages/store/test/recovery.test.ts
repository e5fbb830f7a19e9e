import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { readIndex } from '../src/index-file.ts';
import { encodeSegmentTo } from '../src/reader.ts';
import { entityOf, hexId, parquetFiles, readRows, Rig, START_TICK, tree } from './fixture.ts';

/** Records some ticks and leaves everything as kill -9 would. */
function crash(directory: string, runId: string, ticks: number, first = START_TICK): void {
  const rig = new Rig(directory, { runId, rotationMs: 60_000 });
  rig.send({ type: 'entity', entity: entityOf(1) });
  for (let tick = first; tick < first + ticks; tick++) {
    rig.publish('containers', tick, [{ entity: 1, process_count: tick }]);
    rig.settle();
  }
  rig.abandon();
}

/** Starts a recorder that finds what there is, and stops it. */
function restart(directory: string, runId: string): Rig {
  const rig = new Rig(directory, { runId }, 1, (START_TICK + 100) * 1000);
  rig.settle();
  rig.stop();
  return rig;
}

async function allTicks(directory: string): Promise<unknown[]> {
  const rows = (await Promise.all(parquetFiles(directory, 'containers').map(readRows))).flat();
  return rows.map((row) => row['tick']);
}

const ticks = (count: number): number[] => Array.from({ length: count }, (_, index) => START_TICK + index);

t.test('the window of a dead run becomes files at the next start', async (t) => {
  const directory = t.testdir();
  crash(directory, 'run-a', 5);
  t.same(parquetFiles(directory), []);
  const rig = restart(directory, 'run-b');
  t.match(rig.of('ready'), [{ recovered: 1 }]);
  t.match(rig.of('rotated')[0], { reason: 'recovery', segment: 'run-a-1' });
  t.same(await allTicks(directory), ticks(5));
  const events = (await Promise.all(parquetFiles(directory, 'events').map(readRows))).flat();
  t.match(events, [{ type: 'recovered_spool', severity: 'warning', detail: '{"segments":1}' }]);
  t.match(readIndex(directory)?.containers[hexId(1).slice(0, 12)], { last_seen: '2026-11-21T05:00:05.000Z' });
  t.same(fs.readdirSync(path.join(directory, 'spool')), []);
  t.match(restart(directory, 'run-c').of('ready'), [{ recovered: 0, recordedUntil: Number }]);
});

t.test('a window of a later recorder waits for it', async (t) => {
  const directory = t.testdir();
  crash(directory, 'run-a', 5);
  const segment = path.join(directory, 'spool/run-a-1');
  const file = path.join(segment, 'segment.json');
  const own = fs.readFileSync(file, 'utf8');
  const info = JSON.parse(own) as { schemaVersion: number };
  fs.writeFileSync(file, JSON.stringify({ ...info, schemaVersion: info.schemaVersion + 1 }));
  const before = tree(segment);
  const rig = restart(directory, 'run-b');
  t.match(rig.of('ready'), [{ recovered: 0 }]);
  const left = /segment run-a-1 is left as it is: it has schema version 2;/;
  t.match(rig.of('trouble'), [{ what: 'recovery', over: false, message: left }]);
  t.same(fs.readdirSync(path.join(directory, 'spool')), ['run-a-1']);
  t.same(tree(segment), before);
  await t.rejects(encodeSegmentTo(segment, directory), {
    message: /run-a-1 has schema version 2; this program reads 1/,
  });

  fs.writeFileSync(file, own);
  t.match(restart(directory, 'run-c').of('ready'), [{ recovered: 1 }]);
  t.same(await allTicks(directory), ticks(5), 'nothing of it is lost');
});

t.test('a last batch that was cut short is dropped', async (t) => {
  const directory = t.testdir();
  crash(directory, 'run-a', 3);
  const stream = path.join(directory, 'spool/run-a-1/containers.arrows');
  fs.truncateSync(stream, fs.statSync(stream).size - 1);
  restart(directory, 'run-b');
  t.same(await allTicks(directory), ticks(2));
});

t.test('a segment that has some of its files gets the others, with the same stamp', async (t) => {
  const directory = t.testdir();
  const rig = new Rig(directory, { runId: 'run-a', rotationMs: 60_000 });
  rig.publish('containers', START_TICK, [{ entity: 1 }]);
  rig.publish('processes', START_TICK, [{ entity: 1, pid: 3 }]);
  rig.settle();
  rig.abandon();
  const spool = path.join(directory, 'spool');
  fs.cpSync(spool, path.join(t.testdirName, '..', 'copy-of-spool'), { recursive: true });
  restart(directory, 'run-b');
  const [processes] = parquetFiles(directory, 'processes');
  // As if killed between the two renames: one file is there, the segment too, and unfinished files in it.
  fs.rmSync(processes!);
  fs.cpSync(path.join(t.testdirName, '..', 'copy-of-spool'), spool, { recursive: true });
  fs.rmSync(path.join(t.testdirName, '..', 'copy-of-spool'), { recursive: true });
  fs.writeFileSync(path.join(spool, 'run-a-1/containers.parquet-part'), 'PAR1 unfinished');
  // The clock of this test lies in the future, that of the file system does not.
  const now = new Date((START_TICK + 1) * 1000);
  for (const file of parquetFiles(directory)) fs.utimesSync(file, now, now);
  restart(directory, 'run-c');
  t.equal(parquetFiles(directory, 'containers').length, 1, 'not written twice');
  t.same(parquetFiles(directory, 'processes'), [processes]);
  t.same(fs.readdirSync(spool), []);
});

t.test('leftovers of making and deleting segments go', (t) => {
  const directory = t.testdir({ spool: { '.run-a-3': { 'texts.jsonl': '' }, '.run-a-2': { 'segment.json': '{}' } } });
  restart(directory, 'run-b');
  t.same(fs.readdirSync(path.join(directory, 'spool')), []);
  t.end();
});

t.test("broken segments are put aside and reported, and are nobody else's trouble", async (t) => {
  const directory = t.testdir();
  crash(directory, 'run-a', 2);
  const broken = {
    'run-x-1/segment.json': '{"runId":',
    'run-x-2/texts.jsonl': '',
    'run-x-3/segment.json': '{"runId":"x","number":3,"identifier":"i","intervalMs":1000,"columns":{}}',
    'broken-run-x-1/segment.json': 'of an earlier time',
  };
  for (const [file, text] of Object.entries(broken)) {
    fs.mkdirSync(path.join(directory, 'spool', path.dirname(file)));
    fs.writeFileSync(path.join(directory, 'spool', file), text);
  }
  fs.writeFileSync(path.join(directory, 'spool/a file'), 'of somebody else');
  const rig = restart(directory, 'run-b');
  t.same(await allTicks(directory), ticks(2));
  t.same(fs.readdirSync(path.join(directory, 'spool')).sort(), [
    'a file',
    'broken-run-x-1',
    'broken-run-x-1-2',
    'broken-run-x-2',
    'broken-run-x-3',
  ]);
  const troubles = rig.of('trouble');
  t.equal(troubles.length, 3);
  t.match(troubles[0], { what: 'recovery', over: false, message: /run-x-1 cannot be read and is now spool\/broken-/ });
  const events = (await Promise.all(parquetFiles(directory, 'events').map(readRows))).flat();
  const damaged = events.filter((event) => event['type'] === 'damaged_spool');
  t.match(
    damaged.map(({ detail }) => (JSON.parse(String(detail)) as { segment: string }).segment),
    ['run-x-1', 'run-x-2', 'run-x-3'],
    'and told in events',
  );
  t.equal(rig.counters.get('damaged_segments'), 3);
});

t.test('a stream that is damaged loses what lies behind, and says so', async (t) => {
  for (const [name, harm, left] of [
    ['overwritten in the middle', (bytes: Buffer) => bytes.fill(0x5a, bytes.length / 2), 'some'],
    ['its end full of zeroes', (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(4096)]), 'all'],
    ['overwritten from its start', (bytes: Buffer) => bytes.fill(0x5a), 'none'],
  ] as const) {
    const directory = t.testdir();
    crash(directory, 'run-a', 6);
    const stream = path.join(directory, 'spool/run-a-1/containers.arrows');
    fs.writeFileSync(stream, harm(fs.readFileSync(stream)));
    const rig = restart(directory, 'run-b');
    const found = (await allTicks(directory)).length;
    t.ok(
      left === 'all' ? found === 6 : left === 'none' ? found === 0 : found > 0 && found < 6,
      `${name}: ${found} of 6`,
    );
    t.equal(rig.counters.get('damaged_segments'), 1);
    t.match(rig.of('trouble'), [{ what: 'recovery', message: /bytes of containers\.arrows/ }]);
    const events = (await Promise.all(parquetFiles(directory, 'events').map(readRows))).flat();
    t.match(
      events.filter((event) => event['type'] === 'damaged_spool'),
      [{ severity: 'critical', detail: /bytes of containers\.arrows/ }],
    );
    t.same(
      fs.readdirSync(path.join(directory, 'spool')),
      left === 'none' ? ['broken-run-a-1'] : [],
      'kept when nothing was read',
    );
    t.equal(restart(directory, 'run-c').counters.get('damaged_segments'), 0, 'said once');
  }
});

/** Records for real, in a process of its own, and writes every tick that was published to its output before going on. */
const RECORDER = `
import { Rig, entityOf, START_TICK } from ${JSON.stringify(new URL('./fixture.ts', import.meta.url).href)};
const [directory, first] = process.argv.slice(1);
const rig = new Rig(directory, { rotationMs: 20_000 });
rig.send({ type: 'entity', entity: entityOf(1) });
for (let tick = Number(first); ; tick++) {
  rig.now = tick * 1000;
  rig.publish('containers', tick, Array.from({ length: 20 }, (_, index) => ({ entity: 1, process_count: index })));
  rig.settle();
  require('fs').writeSync(1, tick + '\\n');
}
`.replace('require(', 'process.getBuiltinModule(');

function record(
  directory: string,
  first: number,
): { child: ChildProcessByStdio<null, Readable, null>; lastTick: () => number } {
  const args = [
    '--conditions=@fgm/source',
    '--no-warnings',
    '--input-type=module-typescript',
    '-e',
    RECORDER,
    directory,
    String(first),
  ];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: path.dirname(fileURLToPath(import.meta.url)),
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { child, lastTick: () => Number(output.slice(0, output.lastIndexOf('\n')).split('\n').at(-1)) };
}

t.test('kill -9 at any moment loses nothing that was appended', async (t) => {
  const directory = t.testdir();
  let next = START_TICK;
  const published: number[] = [];
  for (const wait of [3, 11, 24, 47]) {
    const { child, lastTick } = record(directory, next);
    // Until it has begun, then so many more lines: it is killed wherever it is by then.
    await once(child.stdout, 'data');
    while (!(lastTick() >= next + wait)) await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'close');
    for (let tick = next; tick <= lastTick(); tick++) published.push(tick);
    next = lastTick() + 10;
  }
  restart(directory, 'run-last');
  const found = new Map<unknown, number>();
  for (const tick of await allTicks(directory)) found.set(tick, (found.get(tick) ?? 0) + 1);
  t.same(
    published.filter((tick) => found.get(tick) !== 20),
    [],
    'every tick is there, once',
  );
  t.same(
    tree(directory).filter((file) => file.startsWith('spool') || file.includes('part')),
    [],
  );
  t.ok(readIndex(directory));
});
