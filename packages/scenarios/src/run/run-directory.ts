import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { allCgroupMounts, removeTree } from '../machine/cgroups.ts';

/** The name says whose it is, so that it can be told from one that was left behind, whatever is in it. */
const NAME = /^fgm-scenario-(\d+)-(\d+)$/;
const RECORDER = 'recorder';
/** Milliseconds; a recorder that is told to ends within 10 s. */
const PATIENCE = 15_000;

/** A process, and no other that has its number later. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
}

/** Everything that a run makes beside its recording: a directory, and cgroups of the same name. */
export class RunDirectory {
  readonly name = nameOf({ pid: process.pid, startTime: startTimeOf(process.pid)! });
  readonly path = join(tmpdir(), this.name);
  /** Path of its cgroups below every mount. */
  readonly cgroup = `/${this.name}`;

  /** What a recorder takes for / : the logs of the pods are in it. */
  readonly hostRoot: string;

  /** @param hostRoot where logs are to stay; by default they go with all else */
  constructor(hostRoot?: string) {
    mkdirSync(this.path, { mode: 0o700 });
    this.hostRoot = hostRoot ?? join(this.path, 'host');
  }

  /** Remembers the recorder for those who have to clean up. */
  noteRecorder(pid: number): void {
    writeFileSync(join(this.path, RECORDER), `${pid} ${startTimeOf(pid) ?? ''}`);
  }

  /** Kills what runs in its cgroups and removes all. */
  remove(): void {
    removeRun(this.name);
  }
}

/** Cleans up after runs that were killed: ends their recorders and containers, removes their files. @returns how many */
export async function removeLeftovers(): Promise<number> {
  const left = leftovers();
  for (const name of left) {
    await endRecorder(join(tmpdir(), name, RECORDER));
    removeRun(name);
  }
  return left.length;
}

/** Names of runs of this user whose process is gone. */
function leftovers(): string[] {
  const names = [tmpdir(), ...allCgroupMounts()].flatMap((directory) =>
    readdirSync(directory).filter((name) => NAME.test(name) && isOurs(join(directory, name))),
  );
  return [...new Set(names)].filter((name) => !isAlive(ownerOf(name)));
}

function isOurs(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.uid === process.getuid?.();
}

function removeRun(name: string): void {
  for (const mount of allCgroupMounts()) removeTree(join(mount, name));
  rmSync(join(tmpdir(), name), { recursive: true, force: true });
}

async function endRecorder(file: string): Promise<void> {
  if (!existsSync(file)) return;
  const [pid, startTime = ''] = readFileSync(file, 'utf8').split(' ');
  const recorder = { pid: Number(pid), startTime };
  const giveUp = Date.now() + PATIENCE;
  if (isAlive(recorder)) process.kill(recorder.pid, 'SIGTERM');
  while (isAlive(recorder) && Date.now() < giveUp) await pause(20);
  if (isAlive(recorder)) process.kill(recorder.pid, 'SIGKILL');
}

function nameOf({ pid, startTime }: ProcessIdentity): string {
  return `fgm-scenario-${pid}-${startTime}`;
}

function ownerOf(name: string): ProcessIdentity {
  const [, pid = '', startTime = ''] = NAME.exec(name)!;
  return { pid: Number(pid), startTime };
}

export function isAlive({ pid, startTime }: ProcessIdentity): boolean {
  return startTimeOf(pid) === startTime;
}

/** When a process started, in clock ticks since boot; null when there is none, or only what is left of it. */
export function startTimeOf(pid: number): string | null {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return null;
  try {
    const stat = readFileSync(file, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : fields[19]!;
  } catch (error) {
    // It went between the two calls.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
