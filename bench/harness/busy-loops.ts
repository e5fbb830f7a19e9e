import { spawn, type ChildProcess } from 'node:child_process';

/** Programs that want a CPU all the time, each in a session of its own, as programs of strangers are. */
export class BusyLoops {
  readonly #children: readonly ChildProcess[];

  constructor(count: number) {
    const loop = ['-c', 'while :; do :; done'];
    this.#children = Array.from({ length: count }, () => spawn('sh', loop, { stdio: 'ignore', detached: true }));
    process.on('exit', () => this.close());
  }

  pids(): number[] {
    return this.#children.map(({ pid }) => pid!);
  }

  close(): void {
    for (const child of this.#children) child.kill('SIGKILL');
  }
}
