import { hasProgram, run } from '@fgm/testkit';
import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statfsSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Test } from 'tap';

/** Why no file system can be mounted here, or false: made for tap's `skip` option. */
export function whyNoMounts(): string | false {
  return process.getuid?.() !== 0 && 'mounting needs root';
}

/** Why no file system on a block device can be made here, or false. */
export function whyNoDevices(): string | false {
  if (process.getuid?.() !== 0) return 'mounting needs root';
  if (!hasProgram('mkfs.ext4') || !hasProgram('findmnt')) return 'mkfs.ext4 or findmnt is missing';
  return !existsSync('/dev/loop-control') && 'no loop devices on this machine';
}

function isMounted(directory: string): boolean {
  return readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${directory} `);
}

/** Takes away what tests that were killed have left mounted: the pid of who has mounted it is in its name. */
function removeAbandoned(): void {
  for (const name of readdirSync(tmpdir())) {
    const [, pid] = /^fgm-disk-(\d+)-/.exec(name) ?? [];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    const path = join(tmpdir(), name);
    unmount(path);
    // A file system in a file, which its own test had no time to mount, or a directory.
    rmSync(path, { recursive: true, force: true });
  }
}

/** Lazy: a process that has not ended yet may have files open there. */
function unmount(directory: string): void {
  while (isMounted(directory)) run('umount', ['--lazy', directory]);
}

function placeForDisk(): string {
  removeAbandoned();
  return mkdtempSync(join(tmpdir(), `fgm-disk-${process.pid}-`));
}

/**
 * A file system of its own, which can be filled, emptied and made read-only. It leaves with the test, or, where that is killed, with the
 * next one that makes such a file system.
 */
export class SmallDisk {
  readonly directory: string;

  /** One in memory. */
  static inMemory(t: Test, bytes: number): SmallDisk {
    const directory = placeForDisk();
    run('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=0755`, 'fgm-test', directory]);
    return new SmallDisk(t, directory);
  }

  /** One in a file, as a block device, which turns read-only for good at an error. */
  static onDevice(t: Test, bytes: number): SmallDisk {
    const directory = placeForDisk();
    const image = `${directory}.image`;
    writeFileSync(image, '');
    truncateSync(image, bytes);
    run('mkfs.ext4', ['-q', '-F', image]);
    run('mount', ['-o', 'loop,errors=remount-ro', image, directory]);
    // Mounted, it is a file without a name, which goes when it is unmounted.
    rmSync(image);
    return new SmallDisk(t, directory);
  }

  private constructor(t: Test, directory: string) {
    this.directory = directory;
    t.teardown(() => {
      unmount(directory);
      rmdirSync(directory);
    });
  }

  /** Takes all the room that is left, and what became free meanwhile, to the last page. */
  fill(): void {
    const { freeBytes } = this;
    if (freeBytes === 0) return;
    try {
      writeFileSync(join(this.directory, `filler-${randomUUID()}`), new Uint8Array(freeBytes));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }

  /** Gives back what fill() took. */
  empty(): void {
    for (const name of readdirSync(this.directory)) {
      if (name.startsWith('filler-')) rmSync(join(this.directory, name));
    }
  }

  /**
   * Lets nothing new be made there (EROFS), or lets it again. A file system with files open for writing cannot be made
   * read-only, so a read-only view of it is laid over it: what is open already can still be written. The view is made
   * elsewhere, where nobody opens anything before it is read-only.
   */
  readOnly(on: boolean): void {
    if (!on) return void run('umount', ['--lazy', this.directory]);
    const view = placeForDisk();
    run('mount', ['--bind', this.directory, view]);
    run('mount', ['-o', 'remount,bind,ro', view]);
    run('mount', ['--bind', view, this.directory]);
    run('umount', ['--lazy', view]);
    rmdirSync(view);
  }

  /** Makes the kernel meet an error in a file system on a device. */
  fail(): void {
    const source = run('findmnt', ['--noheadings', '--output', 'SOURCE', this.directory]).trim();
    writeFileSync(join('/sys/fs/ext4', basename(source), 'trigger_fs_error'), 'test');
  }

  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.directory);
    return bavail * bsize;
  }
}
