import { CgroupSandbox, containerId, whyNoCgroups } from '@fgm/testkit';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import {
  configFor,
  detailOf,
  hostIsSampled,
  metric,
  ownEvents,
  parquetFiles,
  readJson,
  rowsOf,
  start,
  ticks,
  unexplainedGaps,
  until,
} from './harness/recording.ts';

t.test('records this machine and finishes its files', async (t) => {
  const directory = join(t.testdir(), 'data');
  const recorder = await start(configFor(directory, { memory: 'rollup', clusterName: 'lab' }));
  await hostIsSampled(recorder);
  await ticks(recorder, 5);
  t.equal((await fetch(`${recorder.url}/healthz`)).status, 200);
  const ready = await fetch(`${recorder.url}/readyz`);
  t.same([ready.status, await ready.json()], [200, { status: 'ok', reason: 'ok' }]);
  t.equal((await fetch(`${recorder.url}/nothing`)).status, 404);
  t.equal((await fetch(`${recorder.url}/metrics`, { method: 'POST' })).status, 405);
  await recorder.stop('test');
  t.equal(await recorder.done, 0);

  const containers = await rowsOf(directory, 'containers');
  const host = containers.filter(({ scope }) => scope === 'host');
  t.ok(host.length >= 5);
  t.match(host[1], { node: 'test-node', cluster: 'lab', container: 'host', container_id: '/', cgroup: '/' });
  const events = await ownEvents(directory);
  const tickNumbers = host.map(({ tick }) => Number(tick));
  t.equal(new Set(tickNumbers).size, tickNumbers.length, 'no tick is there twice');
  t.same(unexplainedGaps(tickNumbers, events), [], 'no tick is missing');
  for (const { tick, time } of host) {
    const late = (time as Date).getTime() - Number(tick) * 100;
    if (!(late >= 0 && late < 200)) t.fail(`tick ${tick as bigint} was read at ${(time as Date).toISOString()}`);
  }
  const processes = await rowsOf(directory, 'processes');
  const own = processes.filter(({ pid }) => Number(pid) === process.pid);
  t.ok(own.length >= 5, 'its own process is among them');
  t.ok(own.every((row) => Number(row['stat_rss_bytes']) > 10e6 && String(row['comm']).length > 0));
  // A process as large as this one is walked in slices for seconds until it has figures; small ones have them at once.
  t.ok(processes.some((row) => row['memory_method'] === 'rollup' && Number(row['uss_bytes']) > 0));
  t.same([events[0]!['type'], events.at(-1)!['type']], ['recorder_start', 'recorder_stop']);

  const index = readJson(directory, 'index.json') as {
    schema_version: number;
    containers: object;
    data_range: { earliest: string; latest: string };
  };
  t.equal(index.schema_version, 1);
  t.ok('/' in index.containers);
  t.ok(Date.parse(index.data_range.earliest) <= Date.parse(index.data_range.latest));
  t.match(readJson(directory, `session-${recorder.runId}.json`), { run_id: recorder.runId });
  t.same(readdirSync(join(directory, 'spool')), [], 'nothing is left in the spool');
  t.equal(recorder.url === null, false);
});

t.test('a container is sampled from its creation to its end', { skip: whyNoCgroups() }, async (t) => {
  const directory = join(t.testdir(), 'data');
  const sandbox = new CgroupSandbox('fgm-recorder');
  t.teardown(() => sandbox.close());
  // The sandbox stands for the whole tree: somebody else may have containers on this machine.
  const cgroupRoot = sandbox.directories.v2!;
  const config = configFor(directory, { cgroupRoot, scope: 'containers', intervalMs: 1000, samplerThreads: 2 });
  const recorder = await start(config);
  t.teardown(() => recorder.stop('teardown'));
  await until('discovery has looked', async () => (await metric(recorder, 'fgm_discovery_scans_total')) >= 1);
  t.match(await (await fetch(`${recorder.url}/readyz`)).json(), { status: 'ok', reason: /nothing to record/ });

  const id = containerId();
  const created = Date.now();
  sandbox.make(id);
  // It works when it is in its cgroup, so that there is something to tell of what it used.
  const child = spawn('sh', ['-c', 'read go; exec sleep 1000'], { stdio: ['pipe', 'ignore', 'ignore'] });
  t.teardown(() => child.kill('SIGKILL'));
  sandbox.move(child.pid!, id);
  child.stdin.end('go\n');
  const known = async (): Promise<number> => metric(recorder, 'fgm_entities{kind="container"}');
  await until('it is sampled', async () => (await known()) === 1);
  await ticks(recorder, 2);
  // As a runtime does it: the directory stays for a while when the last process has gone.
  child.kill('SIGKILL');
  await until('its end is seen', async () => (await metric(recorder, 'fgm_cgroup_ends_total')) >= 1);
  sandbox.remove(id);
  const removed = Date.now();
  await until('it is gone', async () => (await known()) === 0);
  await ticks(recorder, 1);
  await recorder.stop('test');

  const rows = await rowsOf(directory, 'containers');
  t.ok(rows.length >= 2 && rows.every((row) => row['container_id'] === id));
  const times = rows.map(({ time }) => (time as Date).getTime());
  t.ok(times[0]! - created < 1000, `the first row came ${times[0]! - created} ms after its creation`);
  t.ok(
    times.every((time) => time <= removed),
    'and none after its end',
  );
  t.ok(
    rows.some((row) => row['process_count'] === 1n),
    'its process was counted',
  );
  const last = rows.at(-1)!;
  t.ok(Number(last['cpu_stat_usage_usec']) > 0, 'its last row tells what it used');
  // A tick between its last process's going and its own reads no process; the row of its end does not look for any.
  t.ok(last['process_count'] === null || last['process_count'] === 0n, 'and is that of its end');
  const events = await rowsOf(directory, 'events');
  t.same(
    new Set(events.filter((event) => event['container_id'] === id).map(({ type }) => type)),
    new Set(['container_start', 'process_start', 'process_exit', 'container_stop']),
  );
});

t.test('a second recorder on the same directory refuses, and the first goes on', async (t) => {
  const directory = join(t.testdir(), 'data');
  const recorder = await start(configFor(directory));
  await t.rejects(start(configFor(directory)), { message: new RegExp(`${process.pid}`) });
  await hostIsSampled(recorder);
  await ticks(recorder, 2);
  await recorder.stop('test');
  const again = await start(configFor(directory));
  await hostIsSampled(again);
  await ticks(again, 1);
  await again.stop('test');
  t.ok(parquetFiles(directory).length >= 4, 'after it has gone the directory is free, and nothing is overwritten');
});

t.test('what it cannot start with is one clear error', async (t) => {
  const directory = t.testdir({ file: 'not a directory' });
  await t.rejects(start(configFor(join(directory, 'file', 'data'))), {
    message: /data directory .*file\/data.*output-dir/,
  });
  await t.rejects(start(configFor('/proc/no')), { message: /data directory \/proc\/no.*output-dir/ });
  const recorder = await start(configFor(join(directory, 'a')));
  const port = Number(new URL(recorder.url!).port);
  await t.rejects(start(configFor(join(directory, 'b'), { listen: { host: '127.0.0.1', port } })), {
    message: new RegExp(`127.0.0.1:${port}: the port is taken; choose another --listen`),
  });
  await recorder.stop('test');
  t.equal(existsSync(join(directory, 'b', 'index.json')), false, 'and nothing was recorded');
});

for (const intervalMs of [50, 2_000]) {
  t.test(`an interval of ${intervalMs} ms`, async (t) => {
    const directory = join(t.testdir(), 'data');
    const recorder = await start(configFor(directory, { intervalMs }));
    await hostIsSampled(recorder);
    await ticks(recorder, 2);
    await recorder.stop('test');
    const host = (await rowsOf(directory, 'containers')).filter(({ scope }) => scope === 'host');
    t.ok(host.length >= 2);
    const late = host.map(({ tick, time }) => Math.floor((time as Date).getTime() / intervalMs) - Number(tick));
    // On a busy machine the reading itself can reach into the next interval; it can never be ahead of its tick.
    t.ok(
      late.every((intervals) => intervals >= 0 && intervals <= 1),
      `rows belong to their ticks: ${late.join(' ')}`,
    );
    t.equal(new Set(host.map(({ tick }) => tick)).size, host.length, 'no tick twice');
  });
}

t.test('settings that can change are taken over, the others named', async (t) => {
  const directory = join(t.testdir(), 'data');
  const config = configFor(directory);
  const recorder = await start(config);
  t.same(recorder.reload({ ...config, rotationMs: 500, intervalMs: 200 }), ['interval']);
  await until('it rotates', async () => (await metric(recorder, 'fgm_file_rotations_total{reason="time"}')) >= 1);
  await recorder.stop('test');
});

t.test('a duration longer than a timer can count is no short one', async (t) => {
  const directory = join(t.testdir(), 'data');
  const recorder = await start(configFor(directory, { durationMs: 30 * 86_400_000 }));
  await hostIsSampled(recorder);
  await ticks(recorder, 3);
  t.equal((await fetch(`${recorder.url}/readyz`)).status, 200);
  await recorder.stop('test');
  t.match(detailOf((await ownEvents(directory)).at(-1)), { reason: 'test' });
});

t.test('a restart within one tick records that tick once', async (t) => {
  const directory = join(t.testdir(), 'data');
  // A tick of a minute: the rows of the first run are those of its start, and the second run starts in the same tick.
  const config = configFor(directory, { intervalMs: 60_000, memory: 'off' });
  for (let run = 0; run < 3; run++) {
    const recorder = await start(config);
    const scans = async (): Promise<boolean> => (await metric(recorder, 'fgm_discovery_scans_total')) >= 1;
    await until('discovery has looked', scans);
    await recorder.stop('test');
  }
  const host = (await rowsOf(directory, 'containers')).filter(({ scope }) => scope === 'host');
  t.ok(host.length >= 1);
  t.equal(new Set(host.map(({ tick }) => tick)).size, host.length, 'no tick twice');
});

t.test('a directory without cgroups is no place to be ready in, until a tree is mounted there', async (t) => {
  const root = t.testdir({ cgroup: {} });
  const cgroupRoot = join(root, 'cgroup');
  const recorder = await start(configFor(join(root, 'data'), { cgroupRoot }));
  t.teardown(() => recorder.stop('test'));
  const ready = async (): Promise<readonly [number, unknown]> => {
    const response = await fetch(`${recorder.url}/readyz`);
    return [response.status, ((await response.json()) as { reason: unknown }).reason];
  };
  const reason = `no cgroup tree at ${cgroupRoot}: nothing can be found until one is mounted there`;
  await until('it says what is missing', async () => (await ready())[1] === reason);
  t.equal((await ready())[0], 503);
  t.equal((await fetch(`${recorder.url}/healthz`)).status, 200, 'a restart would not help');
  writeFileSync(join(cgroupRoot, 'cgroup.controllers'), 'memory\n');
  await until('the tree is seen', async () => (await ready())[1] !== reason);
});
