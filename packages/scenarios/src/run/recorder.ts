import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupMounts } from '../machine/cgroups.ts';

export interface RunRecorderOptions {
  /** Program and first arguments of `fgm`. */
  readonly command: readonly string[];
  readonly dataDirectory: string;
  /** Shows a live table. */
  readonly terminal: boolean;
  /** Path of a cgroup that is to be the root for it, so that it sees nothing else of this machine; null: the machine's. */
  readonly cgroup: string | null;
  readonly flags: readonly string[];
}

/** A shell's: puts the directory of each second word in the place of the first, for whoever comes after `--`. */
const PUT_IN_PLACE = 'while [ "$1" != -- ]; do mount --bind "$2" "$1" || exit 1; shift 2; done; shift; exec "$@"';

/** A command in a mount namespace in which this cgroup is the root of each hierarchy. */
function below(cgroup: string, command: readonly string[]): string[] {
  const places = [...new Set(Object.values(cgroupMounts()))].flatMap((mount) => [mount, join(mount, cgroup)]);
  return ['unshare', '--mount', 'sh', '-c', PUT_IN_PLACE, 'sh', ...places, '--', ...command];
}

/** Recorders leave a file for each of their runs. */
function sessionsIn(directory: string): string[] {
  return globSync(join(directory, 'session-*.json'));
}

/** `fgm` as its users start it: with a live table where there is a terminal, else with its log on stderr. */
export class RunRecorder {
  readonly #process: ChildProcess;
  readonly #dataDirectory: string;
  readonly #sessionsBefore: ReadonlySet<string>;
  /** Whether a signal from the keyboard reaches it without us. */
  readonly sharesTerminal: boolean;
  /** Resolves with its exit code; 1 where a signal ended it. */
  readonly ended: Promise<number>;

  constructor({ command: fgm, dataDirectory, terminal, cgroup, flags }: RunRecorderOptions) {
    const command = terminal ? ['up', '--data-dir', dataDirectory] : ['monitor', '--output-dir', dataDirectory];
    const own = ['--listen', '127.0.0.1:0', '--memory', 'full', ...(terminal ? [] : ['--log-level', 'warn'])];
    const whole = [...fgm, ...command, ...own, ...flags];
    const [program = '', ...args] = cgroup === null ? whole : below(cgroup, whole);
    this.sharesTerminal = terminal;
    this.#dataDirectory = dataDirectory;
    this.#sessionsBefore = new Set(sessionsIn(dataDirectory));
    this.#process = spawn(program, args, {
      stdio: terminal ? 'inherit' : ['ignore', 'ignore', 'inherit'],
      // Without a terminal of its own, Ctrl-C is for us to pass on: twice told, it would end at once.
      detached: !terminal,
    });
    this.ended = once(this.#process, 'exit').then(([code]) => (code as number | null) ?? 1);
  }

  get pid(): number {
    if (this.#process.pid === undefined) throw new Error(`cannot start ${this.#process.spawnfile}`);
    return this.#process.pid;
  }

  /** Whether it has begun to record: it has described its run. */
  get records(): boolean {
    return sessionsIn(this.#dataDirectory).some((session) => !this.#sessionsBefore.has(session));
  }

  /** Tells it to finish its files and end. */
  stop(): void {
    this.#process.kill('SIGTERM');
  }
}
