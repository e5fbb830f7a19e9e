import type { FromWriter, ToWriter, WriterTask } from '@fgm/store';
import { Worker, type MessagePort } from 'node:worker_threads';

/** The writer's thread. It is the only one that cannot be started again: what it holds in memory would be lost unseen. */
export class WriterThread {
  readonly #worker: Worker;
  readonly #exited: Promise<number>;
  /** When it takes rows: the end of what earlier runs have recorded, in milliseconds since the epoch, or null. */
  readonly ready: Promise<number | null>;

  constructor(task: WriterTask, onMessage: (message: FromWriter) => void, onDeath: (error: Error) => void) {
    this.#worker = new Worker(new URL(import.meta.resolve('@fgm/store/worker')), {
      workerData: task,
      resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 256 },
    });
    this.#exited = new Promise((resolve) => this.#worker.once('exit', resolve));
    this.ready = new Promise((resolve, reject) => {
      this.#worker.on('message', (message: FromWriter) => {
        if (message.type === 'ready') resolve(message.recordedUntil);
        onMessage(message);
      });
      this.#worker.once('error', (error) => {
        const cause = error instanceof Error ? error : new Error(String(error));
        reject(cause);
        onDeath(cause);
      });
    });
  }

  post(message: ToWriter): void {
    this.#worker.postMessage(message, message.type === 'port' ? [message.port as MessagePort] : []);
  }

  /**
   * Finishes the open window and ends the thread. False when that took too long: then the thread is cut off, and its spool
   * is recovered at the next start.
   */
  async stop(reason: string, patienceMs: number): Promise<boolean> {
    this.post({ type: 'stop', reason });
    let inTime = true;
    const timer = setTimeout(() => {
      inTime = false;
      void this.#worker.terminate();
    }, patienceMs);
    await this.#exited;
    clearTimeout(timer);
    return inTime;
  }
}
