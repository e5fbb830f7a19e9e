/**
 * What a sample costs from the kernel to the closed Parquet file, and where: CPU of each of the recorder's threads by the kernel's
 * accounting, between two rotations, over the samples written meanwhile. A sample is a value that is not null in a row. Values of
 * what has not moved are repeated without a read, so what is read is told as well.
 *
 *     node --conditions=@fgm/source bench/macro/per-sample.ts [--containers 100] [--processes 5] [--active 0,1,5]
 *          [--rotation 90] [--rotations 1] [FLAGS OF fgm monitor after --]
 */
import { Ring } from '@fgm/ring';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { byEffort } from '../harness/effort.ts';
import { eventually } from '../harness/eventually.ts';
import { measured, type Figure } from '../harness/figure.ts';
import { Load } from '../harness/load.ts';
import { MachineLoad } from '../harness/machine-load.ts';
import { msPerRound, readByC } from '../harness/reader.ts';
import { MeasuredRecorder } from '../harness/recorder.ts';
import { parquetFiles } from '../harness/recording.ts';
import { report } from '../harness/report.ts';
import { scratchDirectory } from '../harness/scratch.ts';
import { short } from '../harness/statistics.ts';
import { rolesOf, threadTimes, timesBetween, type ThreadTimes } from '../harness/thread-times.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    containers: { type: 'string', default: byEffort({ full: '100', quick: '100', smoke: '4' }) },
    processes: { type: 'string', default: '5' },
    active: { type: 'string', default: byEffort({ full: '0,1,5', quick: '1,5', smoke: '5' }) },
    rotation: { type: 'string', default: byEffort({ full: '90', quick: '15', smoke: '2' }) },
    rotations: { type: 'string', default: byEffort({ full: '1', quick: '1', smoke: '1' }) },
  },
});
const containers = Number(values.containers);
const processes = Number(values.processes);
const rotations = Number(values.rotations);
/** New containers are read in full and their names looked for; nothing is measured before that, nor in the first window. */
const SETTLE_MS = byEffort({ full: 0, quick: 12_000, smoke: 0 });
const FLAGS = [
  '--scope',
  'containers',
  '--memory',
  'off',
  '--sampler-threads',
  '1',
  '--rotation',
  `${values.rotation}s`,
  ...positionals,
];
const AIM_NS = 250;

/** What has happened since the recorder was started. */
interface Account {
  readonly cpuUsec: number;
  readonly threads: ThreadTimes;
  readonly samples: number;
  readonly reads: number;
  readonly skipped: number;
  readonly spoolBytes: number;
  readonly appendSeconds: number;
  readonly encodeSeconds: number;
}

async function account(recorder: MeasuredRecorder, roles: ReturnType<typeof rolesOf>): Promise<Account> {
  const threads = threadTimes(recorder.pid, roles);
  return {
    cpuUsec: recorder.cpuUsec(),
    threads,
    samples: await recorder.metric('fgm_values_written_total'),
    reads: await recorder.metric('fgm_reads_total'),
    skipped: await recorder.metric('fgm_reads_skipped_total'),
    spoolBytes: await recorder.metric('fgm_spool_bytes_written_total'),
    appendSeconds: await recorder.metric('fgm_spool_append_seconds_total'),
    encodeSeconds: await recorder.metric('fgm_encode_seconds_total'),
  };
}

function between(before: Account, after: Account): Account {
  const difference = (name: Exclude<keyof Account, 'threads'>): number => after[name] - before[name];
  return {
    cpuUsec: difference('cpuUsec'),
    threads: timesBetween(before.threads, after.threads),
    samples: difference('samples'),
    reads: difference('reads'),
    skipped: difference('skipped'),
    spoolBytes: difference('spoolBytes'),
    appendSeconds: difference('appendSeconds'),
    encodeSeconds: difference('encodeSeconds'),
  };
}

/** A window is closed when all its files are there, and they appear at the same moment but for microseconds. */
async function rotationsDone(directory: string, count: number): Promise<void> {
  const patienceMs = (Number(values.rotation) * (rotations + 1) + 60) * 1000;
  const closed = (): boolean => parquetFiles(directory, 'containers').length >= count;
  await eventually(`${count} windows closed`, closed, { everyMs: 20, patienceMs });
  const whole = (): boolean => parquetFiles(directory).every((file) => statSync(file).size > 0);
  await eventually('files written', whole, { everyMs: 20 });
  await pause(500);
}

/** CPU nanoseconds of a published and released byte, with slots as the recorder has them. */
function ringNsPerByte(): number {
  const ring = Ring.create(8, 256 * 1024);
  const block = new Uint8Array(256 * 1024).fill(1);
  const times = 4000;
  const { user, system } = process.cpuUsage();
  for (let left = times; left > 0; left--) {
    const slot = ring.claim();
    ring.views[slot]!.set(block);
    ring.publish(slot, 0, 64, 1_790_000_000, 0);
    ring.release(ring.next());
  }
  const spent = process.cpuUsage({ user, system });
  return ((spent.user + spent.system) * 1000) / times / block.length;
}

/** CPU nanoseconds of a read of the same files by a C program that does nothing else. */
function readNsByC(recorder: MeasuredRecorder, load: Load): number {
  const ofProcesses = load
    .pids()
    .flatMap((pid) => ['schedstat', 'stat', 'statm', 'status', 'io'].map((file) => `/proc/${pid}/${file}`));
  const cost = readByC([...recorder.cgroupFiles(), ...ofProcesses], 10);
  return (msPerRound(cost) * 1e6) / cost.files;
}

async function arm(directory: string, active: number): Promise<Figure[]> {
  const load = await Load.start({ containers, processes, active, touchBytes: 65_536 });
  try {
    const recorder = await MeasuredRecorder.start(directory, FLAGS, load.sandbox);
    await pause(SETTLE_MS);
    const already = parquetFiles(directory, 'containers').length;
    await rotationsDone(directory, already + 1);
    const roles = rolesOf(recorder.pid);
    const machine = new MachineLoad();
    const before = await account(recorder, roles);
    await rotationsDone(directory, already + 1 + rotations);
    const used = between(before, await account(recorder, roles));
    const around = machine.describe();
    const byC = readNsByC(recorder, load);
    await recorder.stop();
    details[`active-${active}`] = { used, byC };
    return figuresOf(active, used, byC, around);
  } finally {
    load.close();
  }
}

function figuresOf(active: number, used: Account, byC: number, around: string): Figure[] {
  const { threads, samples, reads, skipped } = used;
  const name = active === 0 ? 'all at rest' : active >= processes ? 'all work' : `${active} in ${processes} work`;
  const each = (ns: number): number => ns / samples;
  const ring = used.spoolBytes * RING_NS;
  const encodeShare = used.encodeSeconds / (used.encodeSeconds + used.appendSeconds);
  const kernel = threads.samplerKernel;
  const share = reads / (reads + skipped);
  const total = each(used.cpuUsec * 1000);
  const part = (what: string, ns: number, note: string): Figure =>
    measured(`${name}: ${what}`, 'ns', [each(ns)], { note });
  const rest = used.cpuUsec * 1000 - threads.sampler - threads.writer;
  return [
    measured(`${name}: a sample, end to end`, 'ns', [total], {
      reference: { name: 'what is wanted', ratio: total / AIM_NS, aim: 1 },
      note: `all threads; ${short(samples)} samples in ${rotations} windows of ${values.rotation} s; ${around}`,
    }),
    measured(`${name}: a value that was read`, 'ns', [total / share], {
      note: `${(share * 100).toFixed(1)} % of the files were read, the others cannot have changed: as many of the values`,
    }),
    part(
      'read',
      kernel,
      `the sampler in the kernel; a C program takes ${short(byC)} ns a file, for ${short(reads)} reads ${short(each(byC * reads))} ns a sample`,
    ),
    part('parse and arrange', threads.sampler - kernel - ring, 'the sampler outside of the kernel, less the ring'),
    part(
      'ring',
      ring,
      `${short(RING_NS * 1000)} ps a byte, published and released beside it, for as many bytes as reached the spool`,
    ),
    part('spool', threads.writer * (1 - encodeShare), "the writer's CPU, by its own clock's share of appending"),
    part('encode', threads.writer * encodeShare, 'likewise of making Parquet, ZSTD included'),
    part(
      'the rest',
      rest,
      `discovery ${short(each(threads.discovery))}, main ${short(each(threads.main))}, V8's own threads ${short(each(threads.runtime))}`,
    ),
  ];
}

const RING_NS = ringNsPerByte();
const details: Record<string, unknown> = { containers, processes, rotations, rotation: values.rotation, flags: FLAGS };
const directory = scratchDirectory();
const figures: Figure[] = [];
for (const active of values.active.split(',').map(Number))
  figures.push(...(await arm(join(directory, `${active}`), active)));
report('per-sample', figures, details);
