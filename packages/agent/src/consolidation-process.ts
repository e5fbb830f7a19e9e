import type { ConsolidationTask, FromConsolidation } from '@fgm/store';
import { execFile, fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Megabytes of JavaScript objects: columns and pages are outside of it, and bounded by themselves. */
const HEAP_MB = 96;
/** Of what it writes to stderr, which is nothing unless it dies, this much is kept. */
const MOST_COMPLAINTS = 2000;
const STOP_MS = 2_000;

/** How the process ended. */
export interface Ended {
  /** True when it ended by itself, and well. */
  readonly ok: boolean;
  /** Why not. */
  readonly problem: string;
}

/** One run of consolidation, in a process of its own: what it takes does not count for the recorder, and it can be killed. */
export class ConsolidationProcess {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #complaints = '';

  constructor(task: ConsolidationTask, onMessage: (message: FromConsolidation) => void) {
    this.#child = fork(fileURLToPath(import.meta.resolve('@fgm/store/consolidation-process')), [JSON.stringify(task)], {
      execArgv: [
        ...process.execArgv.filter((flag) => flag.startsWith('--conditions=')),
        '--disable-warning=ExperimentalWarning',
        `--max-old-space-size=${HEAP_MB}`,
        '--max-semi-space-size=1',
        '--optimize-for-size',
      ],
      env: { ...process.env, NODE_OPTIONS: '', MALLOC_ARENA_MAX: '1' },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.on('message', (message) => onMessage(message as FromConsolidation));
    this.#child.stderr!.on('data', (text: Buffer) => {
      this.#complaints = (this.#complaints + text.toString()).slice(-MOST_COMPLAINTS);
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve({ ok: false, problem: error.message }));
      this.#child.once('close', (code, signal) => {
        resolve({ ok: code === 0, problem: `${signal ?? `exit code ${code}`} ${this.#complaints.trim()}`.trim() });
      });
    });
    this.#idleIo();
  }

  /** Ends it, by force if it does not in a moment: nothing is lost by that. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
    await this.ended;
    clearTimeout(timer);
  }

  /** Node cannot set the class itself. Where there is no ionice, it has the lowest priority of the usual class, by its niceness. */
  #idleIo(): void {
    const { pid } = this.#child;
    if (pid !== undefined) execFile('ionice', ['-c', '3', '-p', String(pid)], () => undefined).unref();
  }
}
