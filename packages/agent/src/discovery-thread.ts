import type { Entity } from '@fgm/catalog';
import { Worker } from 'node:worker_threads';

/** What the discovery worker posts. */
export interface Discovered {
  readonly added: readonly Entity[];
  readonly changed: readonly Entity[];
  readonly removed: readonly { readonly entity: number; readonly time: number }[];
  readonly initial: boolean;
}

export interface DiscoveryTrouble {
  readonly what: string;
  readonly errno?: string | null;
  readonly path?: string | null;
}

export interface DiscoveryOptions {
  readonly cgroupRoot: string;
  readonly procRoot: string;
  readonly scope: 'auto' | 'containers' | 'all';
  /** Shared numbers of the worker (DISCOVERY_COUNTERS). */
  readonly counters: SharedArrayBuffer;
}

type FromDiscovery = ({ readonly type: 'entities' } & Discovered) | ({ readonly type: 'trouble' } & DiscoveryTrouble);

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
  readonly #onFatal: (error: Error) => void;
  #worker: Worker | null = null;
  #stopping = false;
  #failures = 0;
  #nextEntity = 0;

  constructor(
    options: DiscoveryOptions,
    onEntities: (discovered: Discovered) => void,
    onTrouble: (trouble: DiscoveryTrouble) => void,
    onFatal: (error: Error) => void,
  ) {
    this.#options = options;
    this.#onEntities = onEntities;
    this.#onTrouble = onTrouble;
    this.#onFatal = onFatal;
  }

  start(): void {
    const startedAt = performance.now();
    const worker = new Worker(new URL(import.meta.resolve('@fgm/discovery/worker')), {
      workerData: { ...this.#options, firstEntity: this.#nextEntity },
      resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 128 },
    });
    this.#worker = worker;
    worker.on('message', (message: FromDiscovery) => this.#take(message));
    worker.on('error', (error) => {
      if (this.#stopping) return;
      if (performance.now() - startedAt > HEALTHY_AFTER_MS) this.#failures = 0;
      if (++this.#failures > MAX_RESTARTS)
        return this.#onFatal(new Error('the discovery thread keeps dying', { cause: error }));
      this.#onTrouble({
        what: `discovery thread died and is started again: ${error instanceof Error ? error.message : String(error)}`,
      });
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

  #take(message: FromDiscovery): void {
    if (message.type === 'trouble') return this.#onTrouble(message);
    for (const { entity } of message.added) this.#nextEntity = Math.max(this.#nextEntity, entity + 1);
    this.#onEntities(message);
  }
}
