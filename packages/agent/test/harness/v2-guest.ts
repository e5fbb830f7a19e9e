/**
 * Runs inside the emulated cgroup v2 machine (testkit's rigs/v2vm.sh): records a cgroup that works, is throttled and runs out
 * of memory, and keeps copies of the kernel's own files taken meanwhile. The directory given as argument gets both.
 */
import { CgroupSandbox, containerId, run, Victim } from '@fgm/testkit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Snapshot, V2Report } from './v2-report.ts';

const OUT = process.argv[2]!;
const BIN = fileURLToPath(new URL('../../../cli/bin/fgm.js', import.meta.url));
const LIMITS = { 'cpu.max': '20000 100000', 'memory.max': `${64 << 20}`, 'memory.swap.max': '0', 'pids.max': '40' };

const snapshots: Snapshot[] = [];

/** Copies every file of a cgroup that can be read. */
function snapshot(directory: string): void {
  const begin = Date.now();
  const files: Record<string, string> = {};
  for (const name of readdirSync(directory)) {
    try {
      files[name] = readFileSync(join(directory, name), 'utf8');
    } catch {
      // Some can only be written, and some are directories.
    }
  }
  snapshots.push({ begin, end: Date.now(), files });
}

const sandbox = new CgroupSandbox('fgm');
const id = containerId();
const directory = sandbox.make(id).v2!;
for (const [file, value] of Object.entries(LIMITS)) writeFileSync(join(directory, file), value);
// Not waited for: the machine is still starting, of which we are the last step.
const properties = ['DefaultDependencies=no', 'MemoryMax=48M', 'CPUQuota=20%'].map((each) => `--property=${each}`);
run('systemd-run', ['--no-block', '--unit=fgm-probe', ...properties, 'sh', '-c', 'while :; do :; done']);

const data = '/mnt/data';
mkdirSync(data);
const flags = ['--interval', '1s', '--scope', 'all', '--listen', 'off', '--identifier', 'box', '--node-name', 'box'];
const log = openSync(join(OUT, 'fgm.log'), 'w');
const fgm = spawn(process.execPath, [BIN, 'monitor', '--output-dir', data, ...flags], { stdio: ['ignore', log, log] });
const ended = once(fgm, 'exit');
const said = (text: string): boolean => readFileSync(join(OUT, 'fgm.log'), 'utf8').includes(text);

const victim = await Victim.start();
sandbox.move(victim.pid, id);
while (!said('"recording"')) await victim.order('cpu', 10);

const rounds = [
  () => victim.order('cpu', 300),
  () => victim.order('touch', 8 << 20),
  () => victim.order('system', 200),
  () => victim.order('threads', 3),
  () => victim.order('fork', 3),
  () => victim.order('write', 4 << 20, join('/mnt', 'file')),
  () => victim.order('cpu', 300),
  async () => {
    const greedy = await Victim.start();
    sandbox.move(greedy.pid, id);
    // By the limit it takes five times as long: ticks see it before it is killed.
    await greedy.order('cpu', 500);
    await greedy.order('touch', 200 << 20).catch(() => {});
    await greedy.kill();
  },
  () => victim.order('cpu', 300),
];
for (let repeat = 0; repeat < 3; repeat++) {
  for (const work of rounds) {
    snapshot(directory);
    await work();
    snapshot(directory);
  }
}
// It rests, so that what is recorded now can be compared with what the files say to the last digit.
const rested = Date.now();
while (Date.now() < rested + 45_000) {
  snapshot(directory);
  await new Promise((resolve) => setTimeout(resolve, 500));
}
fgm.kill('SIGTERM');
const [code] = (await ended) as [number | null];
const ending = Date.now();
await victim.kill();
sandbox.close();
run('systemctl', ['--no-block', 'stop', 'fgm-probe']);
cpSync(data, join(OUT, 'data'), { recursive: true });
const report: V2Report = { id, cgroup: join(sandbox.path, id), code, rested, ending, snapshots };
writeFileSync(join(OUT, 'report.json'), JSON.stringify(report));
