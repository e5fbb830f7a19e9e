import type { LateNames, Written } from '@fgm/catalog';
import type { DiscoveryMessage, DiscoveryWorkerData } from '@fgm/discovery';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

export type Discovered = Extract<DiscoveryMessage, { type: 'entities' }>;
export type DiscoveryTrouble = Extract<DiscoveryMessage, { type: 'trouble' }>;
export type DiscoveryOptions = Omit<DiscoveryWorkerData, 'firstEntity'>;

/** A worker that dies this often within its first second is given up. */
const MAX_RESTARTS = 5;
const HEALTHY_AFTER_MS = 1_000;
/** When it is told to stop: how long it may take by itself, and how long it is waited for in all. */
const TERMINATE_MS = 1_000;
const STOP_PATIENCE_MS = 3_000;

/**
 * The discovery worker, started again when it dies. After a restart it reports every entity anew under new numbers: the
 * caller drops the old ones when `initial` comes a second time.
 */
export class DiscoveryThread {
  readonly #options: DiscoveryOptions;
  readonly #onEntities: (discovered: Discovered) => void;
  readonly #onWritten: (written: readonly Written[]) => void;
  readonly #onLate: (late: LateNames) => void;
  readonly #onTrouble: (trouble: DiscoveryTrouble) => void;
  /** It died and is started again. */
  readonly #onDeath: (error: Error) => void;
  readonly #onFatal: (error: Error) => void;
  #worker: Worker | null = null;
  #stopping = false;
  #failures = 0;
  #nextEntity = 0;

  constructor(
    options: DiscoveryOptions,
    onEntities: (discovered: Discovered) => void,
    onWritten: (written: readonly Written[]) => void,
    onLate: (late: LateNames) => void,
    onTrouble: (trouble: DiscoveryTrouble) => void,
    onDeath: (error: Error) => void,
    onFatal: (error: Error) => void,
  ) {
    this.#options = options;
    this.#onEntities = onEntities;
    this.#onWritten = onWritten;
    this.#onLate = onLate;
    this.#onTrouble = onTrouble;
    this.#onDeath = onDeath;
    this.#onFatal = onFatal;
  }

  start(): void {
    const startedAt = performance.now();
    const worker = new Worker(new URL(import.meta.resolve('@fgm/discovery/worker')), {
      workerData: { ...this.#options, firstEntity: this.#nextEntity },
      resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 128 },
    });
    this.#worker = worker;
    worker.on('message', (message: DiscoveryMessage) => this.#take(message));
    worker.on('error', (error) => {
      if (this.#stopping) return;
      if (performance.now() - startedAt > HEALTHY_AFTER_MS) this.#failures = 0;
      if (++this.#failures > MAX_RESTARTS)
        return this.#onFatal(new Error('the discovery thread keeps dying', { cause: error }));
      this.#onDeath(error instanceof Error ? error : new Error(String(error)));
      this.start();
    });
  }

  /** @returns false when the thread hangs in a read that the kernel does not finish: then not even terminate() ends it */
  async stop(): Promise<boolean> {
    this.#stopping = true;
    const worker = this.#worker;
    if (worker === null) return true;
    const exited = new Promise<true>((resolve) => worker.once('exit', () => resolve(true)));
    worker.postMessage({ type: 'stop' });
    const timer = setTimeout(() => void worker.terminate(), TERMINATE_MS);
    const ended = await Promise.race([exited, delay(STOP_PATIENCE_MS, false, { ref: false })]);
    clearTimeout(timer);
    return ended;
  }

  #take(message: DiscoveryMessage): void {
    if (message.type === 'trouble') return this.#onTrouble(message);
    if (message.type === 'late') return this.#onLate(message.late);
    if (message.type === 'written') return this.#onWritten(message.written);
    for (const { entity } of message.added) this.#nextEntity = Math.max(this.#nextEntity, entity + 1);
    this.#onEntities(message);
  }
}
