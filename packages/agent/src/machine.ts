import fs from 'node:fs';
import os from 'node:os';

/** Facts of the machine that stay the same while the recorder runs. */
export interface Machine {
  readonly pageSize: number;
  /** Ticks a second in which the kernel prints CPU times to users (USER_HZ). */
  readonly userHz: number;
  readonly onlineCpus: number;
  readonly kernelRelease: string;
  readonly memoryBytes: number;
  /** Descriptors this process may have open. */
  readonly openFilesLimit: number;
}

/** Entries of the auxiliary vector, from the kernel's include/uapi/linux/auxvec.h. */
const AT_PAGESZ = 6;
const AT_CLKTCK = 17;

const DEFAULT_PAGE_SIZE = 4096;
const DEFAULT_USER_HZ = 100;
/** What a process is granted where /proc/self/limits cannot be read. */
const DEFAULT_OPEN_FILES = 1024;

export function describeMachine(): Machine {
  const auxiliary = auxiliaryVector();
  return {
    pageSize: auxiliary.get(AT_PAGESZ) ?? DEFAULT_PAGE_SIZE,
    userHz: auxiliary.get(AT_CLKTCK) ?? DEFAULT_USER_HZ,
    onlineCpus: os.cpus().length,
    kernelRelease: os.release(),
    memoryBytes: os.totalmem(),
    openFilesLimit: openFilesLimit(),
  };
}

/** What the kernel told this process at its start, the only place where Node can learn the page size from. */
function auxiliaryVector(): Map<number, number> {
  const entries = new Map<number, number>();
  const bytes = readOrNull('/proc/self/auxv');
  if (bytes === null) return entries;
  for (let at = 0; at + 16 <= bytes.length; at += 16) {
    entries.set(Number(bytes.readBigUInt64LE(at)), Number(bytes.readBigUInt64LE(at + 8)));
  }
  return entries;
}

function openFilesLimit(): number {
  const line = readOrNull('/proc/self/limits')
    ?.toString('latin1')
    .match(/^Max open files\s+(\d+)/m);
  return line?.[1] === undefined ? DEFAULT_OPEN_FILES : Number(line[1]);
}

function readOrNull(path: string): Buffer | null {
  try {
    return fs.readFileSync(path);
  } catch {
    return null; // not Linux, or /proc hidden from us: the defaults hold
  }
}
