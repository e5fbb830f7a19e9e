import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { WITH_US } from './recorder.ts';

/** A server written in Go that logs where it listens: Prometheus or Alertmanager. */
export class Server {
  readonly url: string;
  readonly #child: ChildProcess;

  /** Starts one on a free port and waits until it listens. @throws Error with its log when it ends before that */
  static async start(command: readonly [string, ...string[]]): Promise<Server> {
    const [program, ...args] = [...WITH_US, ...command] as const;
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let log = '';
    const url = await new Promise<string>((resolve, reject) => {
      child.stderr.on('data', (bytes: Buffer) => {
        log += bytes.toString();
        const address = /msg="Listening on" address=(\S+)/.exec(log)?.[1];
        if (address !== undefined) resolve(`http://${address}`);
      });
      child.once('error', reject);
      child.once('close', () => reject(new Error(`${command[0]} ended: ${log}`)));
    });
    return new Server(child, url);
  }

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}
