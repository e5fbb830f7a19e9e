import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cgroupMounts } from '@fgm/scenarios';
import type { Scene } from './scene.ts';

const COMMAND = fileURLToPath(new URL('../../../cli/bin/fgm.js', import.meta.url));
/** A place for mounts that nobody else sees. */
const PLACE = '/mnt';
/** What the recorder says of its progress. */
const FIRST_TICK = /\d+ of \d+ ticks/;

/**
 * Starts `fgm record` where it sees of this machine what is the scene's: its part of the cgroup trees as their tops, its
 * directories where a node has them. The mounts are in a namespace of its own and go with it.
 *
 * @param hierarchies names of directories below /sys/fs/cgroup; `''` for a v2 tree that is mounted there itself
 */
export class SceneRecorder {
  readonly #process: ChildProcess;
  /** Whether there is a first tick. */
  begun = false;
  /** Resolves with its exit code; 1 where a signal ended it. */
  readonly ended: Promise<number>;

  constructor({ cgroup, host }: Scene, hierarchies: readonly string[], flags: readonly string[]) {
    const lines = ['set -e', `mount -t tmpfs none ${PLACE}`, `mkdir ${PLACE}/host ${PLACE}/cgroup`];
    for (const hierarchy of hierarchies) {
      const target = `${PLACE}/cgroup/${hierarchy}`;
      lines.push(`mkdir -p ${target}`, `mount --bind /sys/fs/cgroup/${hierarchy}${cgroup} ${target}`);
    }
    for (const [path, directory] of Object.entries(host)) {
      lines.push(`mkdir -p ${PLACE}/host${path}`, `mount --bind ${directory} ${PLACE}/host${path}`);
    }
    lines.push(`exec "$0" record --cgroup-root ${PLACE}/cgroup --host-root ${PLACE}/host "$@"`);
    this.#process = spawn('unshare', ['--mount', 'sh', '-c', lines.join('\n'), COMMAND, ...flags], {
      stdio: ['ignore', 'inherit', 'pipe'],
    });
    this.#process.stderr?.on('data', (text: Buffer) => {
      this.begun ||= FIRST_TICK.test(text.toString());
      process.stderr.write(text);
    });
    this.ended = once(this.#process, 'exit').then(([code]) => (code as number | null) ?? 1);
  }

  stop(): void {
    this.#process.kill('SIGINT');
  }
}

/** Names of the hierarchies mounted below /sys/fs/cgroup that makeCgroups() knows, and of the v2 tree beside them. */
export function hierarchiesHere(): string[] {
  const mounts = [...new Set(Object.values(cgroupMounts()))];
  return mounts.includes('/sys/fs/cgroup') ? [''] : mounts.map((mount) => basename(mount));
}
