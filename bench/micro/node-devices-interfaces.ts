/**
 * What the tables node, devices and interfaces add to a tick: one shard with 100 quiet containers, with and without each,
 * by turns. The network namespaces are real, the cgroups are directories of files.
 *
 *     node --conditions=@fgm/source bench/micro/node-devices-interfaces.ts
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GroupUsage } from '../../packages/sampler/src/group/group-usage.ts';
import { entityOf, ShardHarness } from '../../packages/sampler/test/harness/shard-harness.ts';
import { byEffort } from '../harness/effort.ts';
import { against, measured } from '../harness/figure.ts';
import { report } from '../harness/report.ts';
import { scratchDirectory } from '../harness/scratch.ts';
import { median, short } from '../harness/statistics.ts';

const CONTAINERS = byEffort({ full: 100, quick: 100, smoke: 3 });
const DEVICES = 4;
const WARM_UP = byEffort({ full: 300, quick: 200, smoke: 2 });
const ROUNDS = byEffort({ full: 15, quick: 9, smoke: 2 });
const TICKS = byEffort({ full: 40, quick: 40, smoke: 2 });

const directory = scratchDirectory();
const IO_STAT = Array.from(
  { length: DEVICES },
  (_, minor) => `8:${minor * 16} rbytes=90430464 wbytes=299008000 rios=8950 wios=1252 dbytes=0 dios=0\n`,
).join('');

interface Setting {
  readonly node?: boolean;
  readonly devices?: boolean;
  readonly pids?: readonly number[];
}

/** A shard with containers that do nothing. */
function shardOf(name: string, { node = false, devices = false, pids = [] }: Setting): ShardHarness {
  const harness = new ShardHarness({ shard: node ? 0 : 1, shards: 2, groupUsage: new GroupUsage(2).buffer });
  const entities = Array.from({ length: CONTAINERS }, (_, number) => {
    const cgroup = join(directory, name, `${number}`);
    mkdirSync(cgroup, { recursive: true });
    const files = { 'cpu.stat': 'usage_usec 5\n', 'memory.current': '4096\n', 'pids.current': '1\n' };
    for (const [file, text] of Object.entries(files)) writeFileSync(join(cgroup, file), text);
    writeFileSync(join(cgroup, 'cgroup.procs'), pids.length === 0 ? '' : `${pids[number]}\n`);
    if (devices) writeFileSync(join(cgroup, 'io.stat'), IO_STAT);
    return entityOf(number, { v2: cgroup });
  });
  harness.send({ type: 'add', entities });
  step(harness, WARM_UP);
  return harness;
}

/** CPU microseconds of a tick. */
function step(harness: ShardHarness, ticks: number): number {
  const before = process.cpuUsage();
  for (let tick = 0; tick < ticks; tick++) {
    harness.tick();
    harness.discard();
    harness.messages();
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / ticks;
}

async function namespace(): Promise<ChildProcess> {
  const child = spawn('unshare', ['-n', 'sh', '-c', 'ip link set lo up; echo; exec sleep 1000'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

const children: ChildProcess[] = [];
try {
  for (let count = 0; count < CONTAINERS; count++) children.push(await namespace());
  const pids = children.map(({ pid }) => pid!);
  const here = Array.from({ length: CONTAINERS }, () => process.pid);
  const shards = {
    'without any': shardOf('nothing', {}),
    node: shardOf('node', { node: true }),
    'devices, 4 each': shardOf('devices', { devices: true }),
    'a process each, in the network of the host': shardOf('processes', { pids: here }),
    'a process each, in a network of its own': shardOf('interfaces', { pids }),
  };
  const used = Object.fromEntries(Object.keys(shards).map((name) => [name, [] as number[]]));
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, harness] of Object.entries(shards)) used[name]!.push(step(harness, TICKS));
  const base = used['without any']!;
  const figures = Object.entries(used).map(([name, list]) =>
    measured(name, 'µs/tick', list, {
      reference: against('the first', list, base),
      note: `${short(median(list) - median(base))} µs more`,
    }),
  );
  report('node-devices-interfaces', figures, { containers: CONTAINERS, devices: DEVICES, used });
} finally {
  for (const child of children) child.kill('SIGKILL');
}
process.exit(0);
