import type { DiscoveryMessage, DiscoveryWorkerData } from '@fgm/discovery';
import { Worker } from 'node:worker_threads';

export type Discovered = Extract<DiscoveryMessage, { type: 'entities' }>;
export type DiscoveryTrouble = Extract<DiscoveryMessage, { type: 'trouble' }>;
export type DiscoveryOptions = Omit<DiscoveryWorkerData, 'firstEntity'>;

/** A worker that dies this often within its first second is given up. */
const MAX_RESTARTS = 5;
const HEALTHY_AFTER_MS = 1_000;

/**
 * The discovery worker, started again when it dies. After a restart it reports every entity anew under new numbers: the
 * caller drops the old ones when `initial` comes a second time.
 */
export class DiscoveryThread {
  readonly #options: DiscoveryOptions;
  readonly #onEntities: (discovered: Discovered) => void;
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
    onTrouble: (trouble: DiscoveryTrouble) => void,
    onDeath: (error: Error) => void,
    onFatal: (error: Error) => void,
  ) {
    this.#options = options;
    this.#onEntities = onEntities;
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

  async stop(): Promise<void> {
    this.#stopping = true;
    const worker = this.#worker;
    if (worker === null) return;
    const exited = new Promise((resolve) => worker.once('exit', resolve));
    worker.postMessage({ type: 'stop' });
    const timer = setTimeout(() => void worker.terminate(), 1_000);
    await exited;
    clearTimeout(timer);
  }

  #take(message: DiscoveryMessage): void {
    if (message.type === 'trouble') return this.#onTrouble(message);
    for (const { entity } of message.added) this.#nextEntity = Math.max(this.#nextEntity, entity + 1);
    this.#onEntities(message);
  }
}
