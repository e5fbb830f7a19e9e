import { columnsInShort, columnsWithout } from '@fgm/catalog';
import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../failure.ts';
import { ok, warn } from './check.ts';
import type { Check, Examined } from './check.ts';
import { printable } from '../text/width.ts';
import { missingHere, remedyFor } from './capabilities.ts';
import { textOf } from './small-file.ts';

interface Attempt {
  readonly file: string;
  /** @throws what the kernel answers */
  readonly read: (path: string) => void;
}

const buffer = Buffer.alloc(64);

/** The rights of /proc files are checked by open() for some and by read() for others: do both. */
function readSome(path: string): void {
  const fd = openSync(path, 'r');
  try {
    readSync(fd, buffer, 0, buffer.length, 0);
  } finally {
    closeSync(fd);
  }
}

const ATTEMPTS: readonly Attempt[] = [
  { file: 'smaps_rollup', read: readSome },
  { file: 'pagemap', read: readSome },
  { file: 'io', read: readSome },
  { file: 'exe', read: (path) => void readlinkSync(path) },
];

const OF_A_WALK = new Set(['smaps_rollup', 'pagemap']);
const MOST_PROCESSES = 100;
const SECURITY_MODULE =
  'see whether seccomp, a user namespace or a security module such as AppArmor or SELinux forbids it';
const DENIED = new Set(['EACCES', 'EPERM']);

/** Kernel threads have no memory of their own and nothing to read. */
function isKernelThread(procRoot: string, pid: string): boolean {
  return textOf(join(procRoot, pid, 'cmdline')) === '' && !/^VmRSS:/m.test(textOf(join(procRoot, pid, 'status')) ?? '');
}

function otherProcesses(procRoot: string): string[] {
  const names = readdirSync(procRoot).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return names.filter((pid) => !isKernelThread(procRoot, pid)).slice(0, MOST_PROCESSES);
}

function isDenied(path: string, read: Attempt['read']): boolean | undefined {
  try {
    read(path);
    return false;
  } catch (error) {
    // A process that has ended since it was listed says nothing about rights.
    return DENIED.has(errorCode(error) ?? '') ? true : undefined;
  }
}

/** Columns that are null where a file may not be read. */
function costOf(file: string): string {
  const columns = columnsInShort(columnsWithout({ files: [`/proc/PID/${file}`] }));
  return columns === '' ? 'their PSS and USS are null where they are large' : `null for them: ${columns}`;
}

/** What is refused for want of a capability, or in spite of all. */
function remedyOf(procRoot: string, file: string): string {
  const wanted = missingHere(procRoot)?.filter(({ files }) => files.includes(`/proc/PID/${file}`)) ?? [];
  return wanted.length > 0 ? remedyFor(wanted) : SECURITY_MODULE;
}

function attempt(procRoot: string, pids: readonly string[], { file, read }: Attempt): Check {
  const outcomes = pids.map((pid) => ({ pid, denied: isDenied(join(procRoot, pid, file), read) }));
  const allowed = outcomes.filter(({ denied }) => denied === false).length;
  const refused = outcomes.filter(({ denied }) => denied === true);
  const name = `process ${file}`;
  if (refused.length === 0) return ok(name, `read for ${allowed} of ${pids.length} processes, refused for none`);
  const { pid } = refused[0]!;
  const example = `${pid} (${printable(textOf(join(procRoot, pid, 'comm')) ?? 'ended')})`;
  const finding = `refused for ${refused.length} of ${pids.length} processes, such as ${example}`;
  return warn(name, finding, costOf(file), remedyOf(procRoot, file));
}

/** The options of the procfs mount at this path, from a text as /proc/self/mounts. */
export function hidepidOf(mounts: string, procRoot: string): string | undefined {
  const line = mounts.split('\n').findLast((candidate) => candidate.split(' ')[1] === procRoot);
  return /(?:^|,)hidepid=(\w+)/.exec(line?.split(' ')[3] ?? '')?.[1];
}

function checkHidepid(procRoot: string): Check {
  const hidepid = hidepidOf(textOf(join(procRoot, 'self', 'mounts')) ?? '', procRoot);
  if (hidepid === undefined || hidepid === '0' || hidepid === 'off')
    return ok('hidepid', `${procRoot} hides no process`);
  return warn(
    'hidepid',
    `${procRoot} is mounted with hidepid=${hidepid}`,
    'processes of other users may be missing',
    'run as root, or mount procfs with gid= of a group that the recorder is in',
  );
}

/** Tries to read other processes, as the recorder would. */
export function checkProcessAccess({ procRoot, memory }: Examined): readonly Check[] {
  let pids: string[];
  try {
    pids = otherProcesses(procRoot);
  } catch {
    // checkKernel() has said that there is no procfs.
    return [];
  }
  const attempts = ATTEMPTS.filter(({ file }) => memory !== 'off' || !OF_A_WALK.has(file));
  if (pids.length === 0) {
    return [
      warn(
        'processes',
        `no other process in ${procRoot}`,
        'no row in processes',
        'run in the PID namespace of the host',
      ),
    ];
  }
  return [checkHidepid(procRoot), ...attempts.map((each) => attempt(procRoot, pids, each))];
}
