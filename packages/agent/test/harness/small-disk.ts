import { run } from '@fgm/testkit';
import { mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';

/** Why no file system can be mounted here, or false: made for tap's `skip` option. */
export function whyNoMounts(): string | false {
  return process.getuid?.() !== 0 && 'mounting needs root';
}

/** A file system of its own in memory, which can be filled, emptied and made read-only. It leaves with the test. */
export class SmallDisk {
  readonly directory: string;

  constructor(t: Test, directory: string, bytes: number) {
    this.directory = directory;
    mkdirSync(directory, { recursive: true });
    run('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'fgm-test', directory]);
    // Lazy: a process that has not ended yet may have files open there.
    t.teardown(() => void run('umount', ['--lazy', directory]));
  }

  /** Takes all the room that is left, and what becomes free meanwhile, to the last page. */
  fill(): void {
    for (let part = 0; this.freeBytes > 0; part++) {
      try {
        writeFileSync(join(this.directory, `filler-${part}`), new Uint8Array(this.freeBytes));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
  }

  /** Gives back what fill() took. */
  empty(): void {
    run('sh', ['-c', 'rm -f "$0"/filler-*', this.directory]);
  }

  readOnly(on: boolean): void {
    run('mount', ['-o', on ? 'remount,ro' : 'remount,rw', this.directory]);
  }

  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.directory);
    return bavail * bsize;
  }
}
