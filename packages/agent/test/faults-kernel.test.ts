import { FakeTree, HOSTILE_BYTES, NOBODY, run, whyNotAsNobody } from '@fgm/testkit';
import { spawn } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { FgmProcess } from './harness/fgm-process.ts';
import { ownEvents, rowsOf, unexplainedGaps, until, type Row } from './harness/recording.ts';

const PACE = ['--interval', '100ms'];

/** A machine of plain files, and the flags that make fgm look at it. */
function fakeMachine(directory: string, containers: number): { tree: FakeTree; flags: string[] } {
  const tree = new FakeTree(join(directory, 'machine'), { containers, processes: 2 });
  const roots = ['--proc-root', tree.procRoot, '--cgroup-root', tree.cgroupRoot, '--host-root', directory];
  return { tree, flags: [...PACE, ...roots] };
}

async function of(directory: string, table: string, id: string): Promise<Row[]> {
  return (await rowsOf(directory, table)).filter((row) => row['container_id'] === id);
}

t.test('without permission to read the memory of others', { skip: whyNotAsNobody(import.meta.dirname) }, async (t) => {
  const directory = join(t.testdir(), 'data');
  mkdirSync(directory);
  chownSync(directory, NOBODY, NOBODY);
  const sleeper = spawn('sleep', ['1000'], { stdio: 'ignore', uid: NOBODY, gid: NOBODY });
  t.teardown(() => sleeper.kill('SIGKILL'));
  const fgm = await FgmProcess.start(t, directory, ['--interval', '1s', '--scope', 'all'], { uid: NOBODY });
  await fgm.samples('host', 1);
  await fgm.ticks(2);
  t.ok((await fgm.metric('fgm_read_errors_total{file="smaps_rollup",errno="EACCES"}')) > 0);
  t.equal((await fgm.health('readyz')).status, 200, 'that is no failure');
  t.equal((await fgm.stop()).code, 0);

  const processes = await rowsOf(directory, 'processes');
  const ours = processes.filter((row) => Number(row['pid']) === process.pid);
  t.ok(ours.length > 0);
  for (const row of ours) {
    t.match(row, { memory_method: 'none', smaps_rollup_pss_bytes: null, uss_bytes: null, io_rchar_bytes: null });
    t.ok(
      Number(row['stat_rss_bytes']) > 0 && Number(row['status_vm_hwm_bytes'] ?? 1) > 0,
      'what all may read is recorded',
    );
  }
  const own = processes.filter((row) => Number(row['pid']) === sleeper.pid);
  t.ok(
    own.some((row) => row['memory_method'] === 'rollup'),
    'memory of its own user it may read',
  );
  const host = (await rowsOf(directory, 'containers')).filter(({ scope }) => scope === 'host');
  t.ok(Number(host.at(-1)!['pss_coverage']) < 1, 'the sum over the processes says how much of them it holds');
});

t.test('files that no kernel would give', async (t) => {
  const root = t.testdir();
  const { tree, flags } = fakeMachine(root, HOSTILE_BYTES.length + 3);
  const [huge, endless, sane, ...hostile] = tree.containers;
  for (const [index, { bytes }] of HOSTILE_BYTES.entries()) {
    const container = hostile[index]!;
    // Its list of processes stays, else there would be nothing to look at.
    for (const name of Object.keys(container.files())) {
      if (name !== 'cgroup.procs') writeFileSync(join(container.directory, name), bytes);
    }
    for (const process of container.processes) {
      for (const name of Object.keys(process.files())) {
        if (name !== 'stat') writeFileSync(join(process.directory, name), bytes);
      }
      writeFileSync(join(process.directory, 'smaps'), bytes);
    }
    writeFileSync(join(container.processes[0]!.directory, 'stat'), bytes);
  }
  const replace = (directory: string, name: string, make: (path: string) => void): void => {
    const path = join(directory, name);
    rmSync(path, { force: true });
    make(path);
  };
  const spoil = (container: typeof sane, make: (path: string) => void): void => {
    for (const name of Object.keys(container!.files())) replace(container!.directory, name, make);
    // One of its processes is spoiled through and through; the list that names it has to be whole for that.
    replace(container!.directory, 'cgroup.procs', (path) => writeFileSync(path, container!.files()['cgroup.procs']!));
    const [first, second] = container!.processes;
    for (const name of [...Object.keys(first!.files()), 'smaps', 'exe']) replace(first!.directory, name, make);
    for (const name of ['smaps', 'smaps_rollup', 'cmdline', 'status', 'io']) replace(second!.directory, name, make);
  };
  spoil(huge, (path) => {
    writeFileSync(path, '7'.repeat(100));
    truncateSync(path, 20 << 20);
  });
  spoil(endless, (path) => symlinkSync('/dev/zero', path));
  symlinkSync('/dev/zero', join(tree.cgroupRoot, 'memory.stat'));

  for (const memory of ['rollup', 'full']) {
    const directory = join(root, memory);
    const fgm = await FgmProcess.start(t, directory, [...flags, '--memory', memory]);
    await fgm.samples('container', 3);
    await fgm.ticks(10);
    // And then the list of processes itself.
    const list = join(endless!.directory, 'cgroup.procs');
    rmSync(list);
    symlinkSync('/dev/zero', list);
    for (let round = 0; round < 5; round++) {
      tree.tick(0);
      sane!.work(10_000);
      sane!.write();
      await fgm.ticks(1);
    }
    t.ok((await fgm.metric('fgm_malformed_total')) > 0);
    t.ok((await fgm.metric('process_resident_memory_bytes')) < 400e6);
    t.equal((await fgm.stop()).code, 0);
    const events = await ownEvents(directory);
    t.same(
      events.filter(({ type }) => type === 'thread_restart'),
      [],
      'no thread died of it',
    );
    const rows = await of(directory, 'containers', sane!.id);
    t.ok(rows.length >= 10);
    t.same(
      unexplainedGaps(
        rows.map(({ tick }) => Number(tick)),
        events,
      ),
      [],
      'nobody else has suffered',
    );
    t.match(rows.at(-1), { process_count: 2n, memory_max_bytes: BigInt(256 << 20), cpu_limit_millicores: 500 });
    t.ok(
      rows.some((row) => row['memory_current_bytes'] === BigInt(sane!.memoryCurrent)),
      'its values are true',
    );
    rmSync(list);
    writeFileSync(list, endless!.files()['cgroup.procs']!);
    for (const container of [huge!, endless!]) {
      for (const row of await of(directory, 'containers', container.id)) {
        const invented = ['memory_current_bytes', 'cpu_stat_usage_usec', 'memory_max_bytes', 'memory_stat_anon_bytes'];
        t.same(
          invented.filter((column) => row[column] !== null),
          [],
          'nothing was invented',
        );
        break;
      }
    }
  }
});

t.test('files and processes that vanish and come between ticks', async (t) => {
  const root = t.testdir();
  const { tree, flags } = fakeMachine(root, 6);
  const directory = join(root, 'data');
  const [stays] = tree.containers;
  const fgm = await FgmProcess.start(t, directory, [...flags, '--rotation', '500ms']);
  await fgm.samples('container', 6);
  for (let round = 0; round < 15; round++) {
    const victim = tree.containers[1 + (round % 4)]!;
    if (round % 3 === 0) tree.remove(victim);
    else if (round % 3 === 1) victim.processes[0]!.remove();
    else
      for (const name of readdirSync(victim.directory).slice(round % 5))
        rmSync(join(victim.directory, name), { recursive: true });
    if (round % 2 === 0) tree.add();
    stays!.work(1000);
    stays!.write();
    await fgm.ticks(1);
  }
  t.equal((await fgm.health('readyz')).status, 200);
  t.equal((await fgm.stop()).code, 0);
  const events = await ownEvents(directory);
  const rows = await of(directory, 'containers', stays!.id);
  t.same(
    unexplainedGaps(
      rows.map(({ tick }) => Number(tick)),
      events,
    ),
    [],
  );
  const all = await rowsOf(directory, 'containers');
  const keys = all.map((row) => `${row['container_id'] as string} ${row['tick'] as bigint}`);
  t.equal(new Set(keys).size, keys.length, 'no row twice');
  t.same(
    events.filter(({ type }) => type === 'thread_restart'),
    [],
  );
});

t.test('a kernel without pressure stall information', async (t) => {
  const root = t.testdir();
  const { tree, flags } = fakeMachine(root, 2);
  for (const { directory } of tree.containers) {
    for (const resource of ['cpu', 'memory', 'io', 'irq']) rmSync(join(directory, `${resource}.pressure`));
  }
  const directory = join(root, 'data');
  const fgm = await FgmProcess.start(t, directory, flags);
  await fgm.samples('container', 2);
  await fgm.ticks(3);
  t.equal(await fgm.metric('fgm_read_errors_total'), 0, 'a file that this kernel does not have is no error');
  t.equal((await fgm.stop()).code, 0);
  for (const row of (await rowsOf(directory, 'containers')).filter(({ scope }) => scope === 'container')) {
    const pressure = Object.keys(row).filter((column) => column.includes('_pressure_'));
    t.same(
      pressure.filter((column) => row[column] !== null),
      [],
    );
    t.equal(row['memory_max_bytes'], BigInt(256 << 20));
  }
});

t.test('a read that never returns', { skip: process.platform !== 'linux' && 'needs mkfifo' }, async (t) => {
  const root = t.testdir();
  const { tree, flags } = fakeMachine(root, 2);
  const directory = join(root, 'data');
  const fgm = await FgmProcess.start(t, directory, [...flags, '--rotation', '30s']);
  await fgm.samples('container', 2);
  await fgm.ticks(3);
  const [hanging] = tree.containers;
  // A process joins it that has a file whose opening waits for a writer that never comes.
  const joining = join(tree.procRoot, '99999');
  mkdirSync(joining);
  run('mkfifo', [join(joining, 'stat')]);
  const files = hanging!.files();
  writeFileSync(join(hanging!.directory, 'cgroup.procs'), `${files['cgroup.procs']!}99999\n`);
  writeFileSync(join(hanging!.directory, 'pids.current'), `${Number(files['pids.current']) + 1}\n`);
  await until('nothing more is sampled', async () => {
    const before = await fgm.ticksDone();
    await new Promise((resolve) => setTimeout(resolve, 300));
    return (await fgm.ticksDone()) === before;
  });
  await until('it is not ready', async () => (await fgm.health('readyz')).status === 503);
  const { code, signal, milliseconds } = await fgm.stop();
  t.ok(milliseconds < 10_000, `it ended after ${Math.round(milliseconds)} ms`);
  t.same([code, signal], [null, 'SIGKILL'], 'it had to kill itself');
  t.same(readdirSync(join(directory, 'spool')), [], 'but not before its files were final');
  t.ok((await rowsOf(directory, 'containers')).length > 0, 'what was recorded before is in closed files');
});
